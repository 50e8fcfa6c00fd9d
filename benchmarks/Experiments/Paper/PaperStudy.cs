namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>All results of one data set, and what the tables and figures take from them.</summary>
internal sealed record PaperStudy(
    PaperSettings Settings, IReadOnlyList<Cached<AccuracyResult>> Accuracy, IReadOnlyList<Cached<TunedResult>> Tuned,
    IReadOnlyList<Cached<TrainingResult>> Training, Cached<LatencyPartResult>? Latency)
{
    /// <summary>INT8 and FPGA may change NDCG@10 by less than this.</summary>
    public const double LargestChange = 0.001;

    // The graph's inner NDCG@10 that counts as trained, as a share of the best that the GNN alone reaches.
    private const double ShareOfBest = 0.95;

    public string Data => Accuracy[0].Result.Data;

    /// <summary>Whether no section was left out.</summary>
    public bool IsWhole => Training.Count > 0 && Latency is not null;

    public bool HasStars => Accuracy[0].Result.RatedCount > 0;

    /// <summary>The validation quality to which training times are given; null without training results.</summary>
    public double? Target =>
        Training.FirstOrDefault(t => t.Result.Configuration == TrainingPart.Gnn) is { Result.Curve: { Count: > 0 } curve }
            ? ShareOfBest * curve.Max(point => point.Ndcg)
            : null;

    /// <summary>The trainings of the first seed, LoRA's behind the others.</summary>
    public IReadOnlyList<Cached<TrainingResult>> Trainings => Training.Count > 0 && Tuned.Count > 0
        ? [.. Training, new(Tuned[0].Part, Tuned[0].Seconds, Tuned[0].Load, Tuned[0].Result.Training)]
        : Training;

    /// <summary>The rows of a configuration, one for each seed.</summary>
    public AccuracyRow[] Rows(string protocol, string name) =>
        [.. Accuracy.SelectMany(one => one.Result.Rows).Concat(Tuned.SelectMany(one => one.Result.Rows))
            .Where(row => row.Protocol == protocol && row.Name == name)];

    /// <summary>Names of a protocol's rows, baselines first, the tuned pair behind the others, the oracle last.</summary>
    public string[] Names(string protocol)
    {
        string[] all = [.. Accuracy[0].Result.Rows.Where(row => row.Protocol == protocol).Select(row => row.Name)];
        return [
            .. all.Where(name => name != "Oracle"), .. Tuned.Count > 0 ? (string[])[TunedPart.Frozen, TunedPart.Lora] : [],
            .. all.Where(name => name == "Oracle")
        ];
    }

    /// <summary>Mean over seeds.</summary>
    public double Mean(string protocol, string name, Func<AccuracyRow, double> of) => Rows(protocol, name).Average(of);

    /// <summary>What the paper's execution options must not change and do; empty when all is well.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        foreach (AccuracyRow row in Accuracy.SelectMany(one => one.Result.Rows))
        {
            if (row.Name is AccuracyPart.Int8 or AccuracyPart.Fpga && !(Math.Abs(row.Difference!.Value) < LargestChange))
                faults.Add(FormattableString.Invariant($"{row.Name} changes NDCG@10 ({row.Protocol}) by ") +
                    FormattableString.Invariant($"{row.Difference.Value:+0.00000;-0.00000}; less than {LargestChange} is allowed."));
            if (row.Name == AccuracyPart.Fpga && row.Same != true)
                faults.Add($"{row.Name} differs from INT8 on the CPU ({row.Protocol}); both have the same integers, so every user's NDCG " +
                    "has to be the same.");
        }

        return faults;
    }
}
