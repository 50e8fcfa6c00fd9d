namespace HybridRec.MLNet;

/// <summary>An answer of a <see cref="Recommender"/>; all of it comes from one version of the model.</summary>
/// <param name="Items">The items, best first; of equal scores the more popular first.</param>
/// <param name="Source">What they were made from. <see cref="RecommendationSource.Popularity"/> where something else was asked for: the
/// fallback was taken.</param>
/// <param name="Version">The version that answered.</param>
public sealed record RecommendationResult(IReadOnlyList<Recommendation> Items, RecommendationSource Source, string Version)
{
    /// <summary>
    /// Whether the list is the one that scoring all items gives; false for two-stage lists of an MLP and for the approximate index.
    /// </summary>
    public bool IsExact { get; init; } = true;

    /// <summary>
    /// The categories of each item, in the order of <see cref="Items"/>; empty ones where the data has no category column.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<string>> Categories { get; init; } = [];

    /// <summary>Ids of the history that are unknown; they took no part.</summary>
    public IReadOnlyList<string> UnknownItems { get; init; } = [];
}
