namespace HybridRec.MLNet;

/// <summary>A type of edges named in the data, such as the behavior "view", "cart" or "buy".</summary>
/// <param name="Name">The value in the column of types; compared as it is, with case.</param>
/// <param name="Weight">The weight w_t of its adjacency in <c>A = sum over t of w_t A_t</c>; finite, above 0. The default is 1.</param>
/// <param name="IsTarget">
/// Whether it is what is to be predicted: the loss, its negatives, the holdout and early stopping see interactions of target types only,
/// the others are propagated over. The default is false.
/// </param>
public sealed record GraphEdgeType(string Name, float Weight = 1f, bool IsTarget = false);
