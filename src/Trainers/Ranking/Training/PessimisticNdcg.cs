using System.Numerics;
using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Ranking;

/// <summary>
/// NDCG@<see cref="K"/> as the evaluator counts it: an item stands behind every other of the same score that is not relevant. Scores that
/// say nothing look no better than the worst order of their ties.
/// </summary>
internal static class PessimisticNdcg
{
    /// <summary>As far as people read.</summary>
    public const int K = 20;

    /// <summary>NDCG of one list.</summary>
    /// <param name="scores">Scores of the candidates; negative infinity for one that is none.</param>
    /// <param name="relevant">Positions of the relevant ones, each once.</param>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<int> relevant)
    {
        if (relevant.IsEmpty)
            return 0;
        double gain = 0;
        foreach (int own in relevant)
        {
            int rank = AtLeast(scores, scores[own]) - 1;
            if (rank >= K + relevant.Length)
                continue;
            // Of those with the same score the irrelevant ones come first, then the relevant by position.
            foreach (int other in relevant)
            {
                if (scores[other] == scores[own] && other > own)
                    rank--;
            }

            if (rank < K)
                gain += 1 / Math.Log2(rank + 2);
        }

        return gain / Ideal(relevant.Length);
    }

    private static double Ideal(int relevant)
    {
        double ideal = 0;
        for (int rank = 0; rank < Math.Min(K, relevant); rank++)
            ideal += 1 / Math.Log2(rank + 2);
        return ideal;
    }

    private static int AtLeast(ReadOnlySpan<float> scores, float threshold)
    {
        var least = new Vector<float>(threshold);
        ReadOnlySpan<Vector<float>> blocks = MemoryMarshal.Cast<float, Vector<float>>(scores);
        Vector<int> sums = Vector<int>.Zero;
        foreach (Vector<float> block in blocks)
            sums -= Vector.GreaterThanOrEqual(block, least);
        int count = Vector.Sum(sums);
        for (int i = blocks.Length * Vector<float>.Count; i < scores.Length; i++)
            count += scores[i] >= threshold ? 1 : 0;
        return count;
    }
}
