using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
        return gain / Ideal(relevantSorted.Length, k);
    }

    /// <summary>
    /// NDCG@k of scores in the worst order of their ties: an item stands behind every other of the same score that is not relevant. Scores
    /// that say nothing look no better than they are.
    /// </summary>
    /// <param name="scores">One an item; NaN is last.</param>
    /// <param name="known">Items that are no candidates, each once.</param>
    /// <param name="relevant">Relevant items, each once, none of them known; of equal scores an earlier one stands first.</param>
    /// <param name="k">Ranks that count, 1 or more.</param>
    /// <returns>In [0, 1]; NaN when nothing is relevant.</returns>
    public static double PessimisticNdcg(ReadOnlySpan<float> scores, ReadOnlySpan<int> known, ReadOnlySpan<int> relevant, int k)
    {
        double gain = 0;
        for (int place = 0; place < relevant.Length; place++)
        {
            int rank = WorstRank(scores, known, relevant, place);
            if (rank < k)
                gain += 1 / Math.Log2(rank + 2);
        }

        return gain / Ideal(relevant.Length, k);
    }

    private static int WorstRank(ReadOnlySpan<float> scores, ReadOnlySpan<int> known, ReadOnlySpan<int> relevant, int place)
    {
        float own = scores[relevant[place]];
        if (float.IsNaN(own))
            return int.MaxValue;
        int rank = AtLeast(scores, own);
        foreach (int item in known)
            rank -= scores[item] >= own ? 1 : 0;
        // Of the relevant ones only the better count, and equal ones before it.
        foreach (int other in relevant[place..])
            rank -= scores[other] == own ? 1 : 0;
        return rank;
    }

    private static int AtLeast(ReadOnlySpan<float> scores, float least)
    {
        int count = 0, i = 0;
        ref float first = ref MemoryMarshal.GetReference(scores);
        var threshold = Vector256.Create(least);
        for (; i <= scores.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            uint above = Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref first, (nuint)i), threshold).ExtractMostSignificantBits();
            count += BitOperations.PopCount(above);
        }

        for (; i < scores.Length; i++)
            count += scores[i] >= least ? 1 : 0;
        return count;
    }

    private static double Ideal(int relevant, int k)
    {
        double ideal = 0;
        for (int rank = 0; rank < Math.Min(k, relevant); rank++)
            ideal += 1 / Math.Log2(rank + 2);
        return ideal;
    }
}
