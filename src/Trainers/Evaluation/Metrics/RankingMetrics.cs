namespace HybridRec.MLNet.Evaluation;

/// <summary>Every metric there is, in the order reports show them.</summary>
internal static class RankingMetrics
{
    /// <summary>The metrics of one user's ranking.</summary>
    public static IReadOnlyList<IRankingMetric> PerUser { get; } =
        [new PrecisionAtK(), new RecallAtK(), new NdcgAtK(), new ReciprocalRankAtK(), new AveragePrecisionAtK(), new HitRateAtK()];
}
