using System.CommandLine;
using System.Globalization;
using HybridRec.MLNet.Experiments;
using HybridRec.MLNet.Experiments.Latency;
using HybridRec.MLNet.Experiments.Paper;
using HybridRec.MLNet.Experiments.SecondStage;

// Numbers look the same everywhere.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var root = new RootCommand("Measurements of HybridRec.MLNet: quality against published records, speed against the machine's own limits.")
{
    AggregateCommand.Create(),
    BackendsCommand.Create(),
    BlockStepCommand.Create(),
    DistillRankerCommand.Create(),
    EfficiencyCommand.Create(),
    LatencyCommand.Create(),
    PaperCommand.Create(),
    PaperCommand.CreatePart(),
    PropagateCommand.Create(),
    QualityCommand.Create(),
    RecommendAllCommand.Create(),
    ScaleCommand.Create(),
    SecondStageCommand.Create(),
    ServedSampleCommand.Create(),
    TextCommand.Create(),
    TuningStepsCommand.Create(),
    UpdateCommand.Create(),
};
try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is IOException or ArgumentException or FormatException or InvalidOperationException or InvalidDataException)
{
    // What a user can mend is a message, not a stack trace.
    Console.Error.WriteLine(e.Message);
    return 1;
}
