using Microsoft.ML;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>The accuracy of every configuration for one seed, under both protocols.</summary>
internal static class AccuracyPart
{
    public const string GnnOnly = "GNN only", TextOnly = "Text only", Hybrid = "Hybrid, unoptimized", Int8 = "+ INT8",
        Distilled = "+ distillation", Fpga = "+ FPGA aggregation (simulated)";
    public const string Rated = "rated", Full = "full";

    public static AccuracyResult Run(PaperSettings settings, int seed)
    {
        var ml = new MLContext(seed);
        PaperData paper = PaperData.Open(ml, settings.Data, seed).WithUsers(settings.Users, seed);
        var stages = new PaperStages(ml, paper.Data, settings, seed, new EpochTimes());
        ITransformer hybrid = stages.HybridRanker();
        List<(string Name, ITransformer Model)> models =
        [
            (GnnOnly, stages.Chain(stages.GraphRanker())),
            (TextOnly, stages.Chain(stages.TextRanker())),
            (Hybrid, stages.Chain(hybrid)),
            (Int8, stages.Int8Chain(hybrid, AggregationBackend.Cpu)),
            (Distilled, stages.Chain(stages.Student(hybrid))),
        ];
        bool simulated = Environment.GetEnvironmentVariable("HYBRIDREC_FPGA_SIM") is { Length: > 0 };
        if (simulated)
            models.Add((Fpga, stages.Int8Chain(hybrid, AggregationBackend.FpgaSimulated())));

        var (protocol, rows) = AccuracyJudge.Judge(
            ml, paper, seed, models, name => name switch { Int8 or Distilled => Hybrid, Hybrid => GnnOnly, Fpga => Int8, _ => null });
        return new AccuracyResult(seed, paper.Data.Name, protocol, paper.RatedCount, rows);
    }
}

/// <summary>A mean and its bootstrap interval over users.</summary>
internal sealed record Interval(double Value, double? Lower, double? Upper);

/// <summary>
/// A line of the accuracy table. Difference and Same are of NDCG@10 against the reference of the configuration: INT8 and distillation
/// against the hybrid, FPGA against INT8, the hybrid against the GNN, LoRA against the frozen transformer.
/// </summary>
internal sealed record AccuracyRow(
    string Protocol, string Name, Interval Precision, Interval Recall, Interval Ndcg, double? Graded, int Users, double Candidates,
    double Relevant)
{
    public Interval? Difference { get; init; }

    public bool? Same { get; init; }
}

/// <summary>All lines of one seed.</summary>
internal sealed record AccuracyResult(int Seed, string Data, string Protocol, int RatedCount, List<AccuracyRow> Rows);
