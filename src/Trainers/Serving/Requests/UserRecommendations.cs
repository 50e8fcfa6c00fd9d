namespace HybridRec.MLNet;

/// <summary>A user's list of a batch.</summary>
/// <param name="User">The user's id, as invariant text.</param>
/// <param name="Result">The list.</param>
public sealed record UserRecommendations(string User, RecommendationResult Result);
