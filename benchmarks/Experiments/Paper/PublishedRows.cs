namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>
/// What the paper's tables say: accuracy (Table 4), hours of training (Table 2), milliseconds of a request (Table 3). It does not say on
/// which data set, split, candidates or machine.
/// </summary>
/// <param name="Precision">P@10; null where the table has no such row.</param>
/// <param name="Recall">R@10.</param>
/// <param name="Ndcg">NDCG@10.</param>
/// <param name="Hours">Training time.</param>
/// <param name="Milliseconds">Latency and its deviation.</param>
internal sealed record PublishedRow(double? Precision, double? Recall, double? Ndcg, double? Hours, string? Milliseconds)
{
    public const string DeepSpeed = "+ DeepSpeed";

    private static readonly Dictionary<string, PublishedRow> s_rows = new(StringComparer.Ordinal)
    {
        [AccuracyPart.GnnOnly] = new(.68, .53, .66, 4.5, "25 ± 4"),
        [AccuracyPart.TextOnly] = new(.65, .50, .64, 7.2, "110 ± 9"),
        [AccuracyPart.Hybrid] = new(.75, .58, .66, 11.3, "140 ± 12"),
        [AccuracyPart.Int8] = new(.76, .60, .70, 9.2, "95 ± 7"),
        [AccuracyPart.Distilled] = new(.77, .61, .71, 8.4, "85 ± 6"),
        [TunedPart.Lora] = new(.78, .63, .72, 3.8, null),
        [DeepSpeed] = new(null, null, null, null, "70 ± 5"),
        [AccuracyPart.Fpga] = new(.80, .65, .75, null, "45 ± 3"),
    };

    /// <summary>The row of a configuration; null where the paper has none. FPGA is the paper's "FPGA + DeepSpeed".</summary>
    public static PublishedRow? Of(string configuration) => s_rows.GetValueOrDefault(configuration);

    /// <summary>P, R and NDCG as a cell.</summary>
    public static string Accuracy(string configuration) =>
        Of(configuration) is { Precision: { } p, Recall: { } r, Ndcg: { } n }
            ? FormattableString.Invariant($"{p:.00} / {r:.00} / {n:.00}")
            : "";
}
