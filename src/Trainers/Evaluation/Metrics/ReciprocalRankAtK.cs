namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// RR@k = 1 / (r + 1) with r the 0-based rank of the first relevant item, 0 when that is not among the first k; its mean over users is
/// MRR@k. Source: Voorhees, The TREC-8 question answering track report, 1999.
/// </summary>
internal sealed class ReciprocalRankAtK : IRankingMetric
{
    public TopKMetric Kind => TopKMetric.Mrr;

    public double Of(ReadOnlySpan<int> hitRanks, int relevant, int k) =>
        hitRanks.Length > 0 && hitRanks[0] < k ? 1.0 / (hitRanks[0] + 1) : 0;

    /// <inheritdoc/>
    /// <remarks>sum over r of 1 / (r + 1) * P(no hit before r) * R / (C - r), r below min(k, C).</remarks>
    public double Expected(in RandomOrder order, int k)
    {
        var expected = 0.0;
        var noneBefore = 1.0;
        for (var rank = 0; rank < order.Depth(k) && noneBefore > 0; rank++)
        {
            var hit = (double)order.Reachable / (order.Candidates - rank);
            expected += noneBefore * hit / (rank + 1);
            noneBefore *= 1 - hit;
        }
        return expected;
    }
}
