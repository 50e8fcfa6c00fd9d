namespace HybridRec.MLNet.Serving;

/// <summary>Why items were recommended: those of a user's or a history's items that speak most for each.</summary>
internal static class RequestReasons
{
    /// <summary>Gives each recommendation its reasons.</summary>
    /// <param name="snapshot">What was answered from.</param>
    /// <param name="list">The recommendations.</param>
    /// <param name="rows">Their rows.</param>
    /// <param name="most">Reasons of an item, at most.</param>
    /// <param name="had">The rows that the user or the history has.</param>
    public static void Add(ServingSnapshot snapshot, Recommendation[] list, ReadOnlySpan<int> rows, int most, ReadOnlySpan<int> had)
    {
        for (int i = 0; i < list.Length; i++)
            list[i] = list[i] with { Reasons = Of(snapshot, rows[i], most, had) };
    }

    private static RecommendationReason[] Of(ServingSnapshot snapshot, int recommended, int most, ReadOnlySpan<int> had)
    {
        var affinities = new List<(int Row, float Affinity)>(had.Length);
        foreach (int row in had)
        {
            if (row != recommended && snapshot.Scorer.Affinity(row, recommended) is > 0 and var affinity)
                affinities.Add((row, affinity));
        }

        return [.. affinities.OrderByDescending(pair => pair.Affinity).ThenBy(pair => pair.Row).Take(most)
            .Select(pair => new RecommendationReason(snapshot.Items.IdOf(pair.Row), snapshot.Items.TitleOf(pair.Row), pair.Affinity))];
    }
}
