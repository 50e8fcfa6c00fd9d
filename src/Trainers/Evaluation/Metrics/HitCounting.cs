namespace HybridRec.MLNet.Evaluation;

/// <summary>Counting of hits, shared by the metrics.</summary>
internal static class HitCounting
{
    /// <summary>Number of relevant items among the first <paramref name="k"/>.</summary>
    public static int Hits(ReadOnlySpan<int> hitRanks, int k)
    {
        var hits = 0;
        while (hits < hitRanks.Length && hitRanks[hits] < k)
            hits++;
        return hits;
    }
}
