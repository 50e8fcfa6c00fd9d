namespace HybridRec.MLNet;

/// <summary>What a vector store keeps of an item.</summary>
/// <param name="Item">Its id, as invariant text.</param>
/// <param name="Title">Its title, where the data has a title column.</param>
/// <param name="Categories">Its categories, where the data has a category column.</param>
/// <param name="Interactions">Interactions the data has with it.</param>
/// <param name="Vector">By its inner product with a user's <see cref="UserVector.Vector"/> the item is found;
/// <see cref="RecommenderVectors.Dimension"/> long.</param>
/// <param name="TextVector">
/// The vector of its text, of length 1 (or all zeros where the encoder made nothing of the text); its cosine with
/// <see cref="Recommender.TextVector"/> finds the item by a text.
/// Null where the recommender answers no texts.
/// </param>
public sealed record ItemVectors(
    string Item,
    string? Title,
    IReadOnlyList<string> Categories,
    int Interactions,
    ReadOnlyMemory<float> Vector,
    ReadOnlyMemory<float>? TextVector);
