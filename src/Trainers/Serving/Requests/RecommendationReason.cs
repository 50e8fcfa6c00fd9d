namespace HybridRec.MLNet;

/// <summary>Why an item was recommended: "because you liked ...".</summary>
/// <param name="Item">Id of an item that the user, or the history given, has.</param>
/// <param name="Title">Its title, where the data has a title column.</param>
/// <param name="Affinity">
/// How much it speaks for the recommended item, more is closer: the cosine of the two items' centered vectors in [-1, 1] for fused models,
/// the weight between them for graph filters.
/// </param>
public sealed record RecommendationReason(string Item, string? Title, float Affinity);
