namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// NDCG@k = DCG@k / IDCG@k with DCG@k = sum over hits at rank r below k of 1 / log2(r + 2), r 0-based, and
/// IDCG@k = sum over r below min(k, |relevant|) of 1 / log2(r + 2). Binary gains; the ideal is over all relevant items.
/// Source: Jaervelin, Kekaelaeinen, Cumulated gain-based evaluation of IR techniques, TOIS 2002.
/// </summary>
internal sealed class NdcgAtK : IRankingMetric
{
    public TopKMetric Kind => TopKMetric.Ndcg;

    public double Of(ReadOnlySpan<int> hitRanks, int relevant, int k)
    {
        var gain = 0.0;
        foreach (var rank in hitRanks[..HitCounting.Hits(hitRanks, k)])
            gain += Discount(rank);
        return gain / DiscountSum(Math.Min(k, relevant));
    }

    /// <inheritdoc/>
    /// <remarks>Each of the min(k, C) ranks is relevant with probability R / C.</remarks>
    public double Expected(in RandomOrder order, int k) =>
        order.Density * DiscountSum(order.Depth(k)) / DiscountSum(Math.Min(k, order.Relevant));

    private static double Discount(int rank) => 1 / Math.Log2(rank + 2);

    private static double DiscountSum(int ranks)
    {
        var sum = 0.0;
        for (var rank = 0; rank < ranks; rank++)
            sum += Discount(rank);
        return sum;
    }
}
