namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// R@k = hits(k) / |relevant|. The denominator counts every relevant item, so a relevant item that is not ranked lowers recall for every
/// model. Source: Manning, Raghavan, Schuetze, Introduction to Information Retrieval, 8.4; the denominator is the one of
/// LightGCN (He et al., SIGIR 2020).
/// </summary>
internal sealed class RecallAtK : IRankingMetric
{
    public TopKMetric Kind => TopKMetric.Recall;

    public double Of(ReadOnlySpan<int> hitRanks, int relevant, int k) => (double)HitCounting.Hits(hitRanks, k) / relevant;

    /// <inheritdoc/>
    /// <remarks>Each of the min(k, C) ranks is relevant with probability R / C.</remarks>
    public double Expected(in RandomOrder order, int k) => order.Depth(k) * order.Density / order.Relevant;
}
