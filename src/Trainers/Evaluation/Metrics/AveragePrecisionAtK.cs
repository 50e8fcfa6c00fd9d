namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// AP@k = 1 / min(k, |relevant|) * sum over hits at rank r below k of hits(r + 1) / (r + 1), r 0-based; its mean over users is MAP@k.
/// Source: Manning, Raghavan, Schuetze, Introduction to Information Retrieval, 8.4; cut at k with the denominator min(k,
/// |relevant|), so a perfect ranking has 1.
/// </summary>
internal sealed class AveragePrecisionAtK : IRankingMetric
{
    public TopKMetric Kind => TopKMetric.Map;

    public double Of(ReadOnlySpan<int> hitRanks, int relevant, int k)
    {
        var sum = 0.0;
        var hits = HitCounting.Hits(hitRanks, k);
        for (var hit = 0; hit < hits; hit++)
            sum += (hit + 1.0) / (hitRanks[hit] + 1);
        return sum / Math.Min(k, relevant);
    }

    /// <inheritdoc/>
    /// <remarks>Rank r is a hit with probability R / C and then has on average 1 + r (R - 1) / (C - 1) hits up to itself.</remarks>
    public double Expected(in RandomOrder order, int k)
    {
        var sum = 0.0;
        var others = order.Candidates > 1 ? (order.Reachable - 1.0) / (order.Candidates - 1) : 0;
        for (var rank = 0; rank < order.Depth(k); rank++)
            sum += order.Density * (1 + (rank * others)) / (rank + 1);
        return sum / Math.Min(k, order.Relevant);
    }
}
