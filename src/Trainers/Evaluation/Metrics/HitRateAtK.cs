namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// HR@k = 1 when hits(k) is at least 1, else 0.
/// Source: Deshpande, Karypis, Item-based top-N recommendation algorithms, TOIS 2004.
/// </summary>
internal sealed class HitRateAtK : IRankingMetric
{
    public TopKMetric Kind => TopKMetric.HitRate;

    public double Of(ReadOnlySpan<int> hitRanks, int relevant, int k) => HitCounting.Hits(hitRanks, k) > 0 ? 1 : 0;

    /// <inheritdoc/>
    /// <remarks>
    /// 1 - product over r below min(k, C) of (C - R - r) / (C - r): one minus the chance of k misses without replacement.
    /// </remarks>
    public double Expected(in RandomOrder order, int k)
    {
        var none = 1.0;
        for (var rank = 0; rank < order.Depth(k) && none > 0; rank++)
            none *= 1 - ((double)order.Reachable / (order.Candidates - rank));
        return 1 - none;
    }
}
