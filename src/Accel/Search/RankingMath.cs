namespace HybridRec.MLNet.Accel;

/// <summary>Ranking quality with binary gains.</summary>
internal static class RankingMath
{
    /// <summary>
    /// NDCG@k = DCG / IDCG with DCG = sum over hits at rank r (from 1, up to k) of 1 / log2(r + 1), and IDCG the DCG of
    /// min(k, number of relevant) hits at the top.
    /// </summary>
    /// <param name="ranked">Items from best to worst, each at most once; -1 marks an empty place.</param>
    /// <param name="relevantSorted">Relevant items, ascending, each once.</param>
    /// <param name="k">Ranks that count, 1 or more.</param>
    /// <returns>In [0, 1]; NaN when nothing is relevant, since then no ranking is better than another.</returns>
    /// <exception cref="ArgumentOutOfRangeException">k is below 1.</exception>
    public static double Ndcg(ReadOnlySpan<int> ranked, ReadOnlySpan<int> relevantSorted, int k)
    {
        Guard.AtLeast(k, 1, nameof(k));
        if (relevantSorted.IsEmpty)
            return double.NaN;
        double gain = 0;
        for (int rank = 0; rank < Math.Min(k, ranked.Length); rank++)
        {
            if (relevantSorted.BinarySearch(ranked[rank]) >= 0)
                gain += 1 / Math.Log2(rank + 2);
        }
        double ideal = 0;
        for (int rank = 0; rank < Math.Min(k, relevantSorted.Length); rank++)
            ideal += 1 / Math.Log2(rank + 2);
        return gain / ideal;
    }
}
