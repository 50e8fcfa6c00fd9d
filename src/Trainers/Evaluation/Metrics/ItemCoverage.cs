namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// Coverage@k = items recommended to at least one user among the first k / number of items.
/// Source: Ge, Delgado-Battenfeld, Jannach, Beyond accuracy: evaluating recommender systems by coverage and serendipity, RecSys 2010.
/// </summary>
internal static class ItemCoverage
{
    /// <summary>The coverage; NaN without items.</summary>
    /// <param name="timesRecommended">By item, how many users got it.</param>
    public static double Of(ReadOnlySpan<int> timesRecommended)
    {
        if (timesRecommended.IsEmpty)
            return double.NaN;
        var covered = 0;
        foreach (var times in timesRecommended)
            covered += times > 0 ? 1 : 0;
        return (double)covered / timesRecommended.Length;
    }
}
