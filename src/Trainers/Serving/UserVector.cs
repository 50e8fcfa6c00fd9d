namespace HybridRec.MLNet;

/// <summary>What a vector store keeps of a user.</summary>
/// <param name="User">Their id, as invariant text.</param>
/// <param name="Vector">The query that finds their items, as <see cref="Recommender.QueryVector(string)"/> gives it.</param>
public sealed record UserVector(string User, ReadOnlyMemory<float> Vector);
