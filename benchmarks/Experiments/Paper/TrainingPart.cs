using System.Diagnostics;
using Microsoft.ML;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>
/// The training of one configuration, in a process of its own: wall time, the curve of the graph's inner NDCG, and the most memory.
/// </summary>
internal static class TrainingPart
{
    public const string Gnn = "GNN only", Text = "Text only", Hybrid = "Hybrid, unoptimized", Int8 = "+ INT8", Distilled = "+ distillation";

    public static readonly string[] Configurations = [Gnn, Text, Hybrid, Int8, Distilled];

    public static TrainingResult Run(PaperSettings settings, int seed, string configuration)
    {
        var ml = new MLContext(seed);
        ExperimentData data = PaperData.Open(ml, settings.Data, seed).Data;
        var curve = new GraphCurve();
        var clock = Stopwatch.StartNew();
        var stages = new PaperStages(ml, data, settings, seed, curve, text: configuration != Gnn, graph: configuration != Text,
            configuration == Int8 ? EmbeddingPrecision.Int8 : EmbeddingPrecision.Single);
        double before = clock.Elapsed.TotalSeconds;
        ITransformer ranker = configuration switch
        {
            Gnn => stages.GraphRanker(),
            Text => stages.TextRanker(),
            _ => stages.HybridRanker(),
        };
        if (configuration == Distilled)
            _ = stages.Student(ranker);
        double total = clock.Elapsed.TotalSeconds;
        return new TrainingResult(configuration, seed, total, total - before, curve.GraphSeconds, OwnProcess.PeakMemoryMiB, curve.Points)
        {
            ProcessorSeconds = OwnProcess.CpuSeconds
        };
    }
}

/// <summary>The graph's inner NDCG@10 after so many seconds of its training.</summary>
internal sealed record CurvePoint(double Seconds, double Ndcg);

/// <summary>What one training took; seconds. HeadSeconds is the ranking heads' part, GraphSeconds the graph's.</summary>
internal sealed record TrainingResult(
    string Configuration, int Seed, double Seconds, double HeadSeconds, double GraphSeconds, double PeakMemoryMiB, List<CurvePoint> Curve)
{
    /// <summary>
    /// Processor time of the whole process, all cores, which other work on the machine hardly lengthens; null in
    /// results from before it was kept.
    /// </summary>
    public double? ProcessorSeconds { get; init; }

    /// <summary>
    /// The wall time of the fit if the graph's training had ended when its inner NDCG@10 reached a value; null where it never
    /// did, or where there is no graph.
    /// </summary>
    public double? SecondsTo(double ndcg) =>
        Curve.FirstOrDefault(point => point.Ndcg >= ndcg) is { } reached ? Seconds - GraphSeconds + reached.Seconds : null;
}
