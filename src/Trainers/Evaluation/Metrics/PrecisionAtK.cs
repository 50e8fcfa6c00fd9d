namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// P@k = hits(k) / k. k stays fixed when there are fewer than k candidates, so P@k can be below 1 for a perfect ranking: compare with the
/// Oracle row. Source: Manning, Raghavan, Schuetze, Introduction to Information Retrieval, 8.4.
/// </summary>
internal sealed class PrecisionAtK : IRankingMetric
{
    public TopKMetric Kind => TopKMetric.Precision;

    public double Of(ReadOnlySpan<int> hitRanks, int relevant, int k) => (double)HitCounting.Hits(hitRanks, k) / k;

    /// <inheritdoc/>
    /// <remarks>Each of the min(k, C) ranks is relevant with probability R / C.</remarks>
    public double Expected(in RandomOrder order, int k) => order.Depth(k) * order.Density / k;
}
