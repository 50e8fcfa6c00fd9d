namespace HybridRec.MLNet;

/// <summary>A recommended item.</summary>
/// <param name="Item">Its id, as invariant text.</param>
/// <param name="Score">The model's score, comparable within one user's list only.</param>
/// <param name="Title">Its title, where the data has a title column.</param>
public sealed record Recommendation(string Item, float Score, string? Title)
{
    /// <summary>
    /// The items of the user or of the history that speak most for it, most first; empty unless <see cref="RecommendationRequest.Reasons"/>
    /// asks for some.
    /// </summary>
    public IReadOnlyList<RecommendationReason> Reasons { get; init; } = [];
}
