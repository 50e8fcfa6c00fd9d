namespace HybridRec.MLNet;

/// <summary>
/// An item in a vector store. <see cref="VectorStorage.ItemDefinition"/> says which of its properties a store keeps, and how.
/// </summary>
public sealed class StoredItem
{
    /// <summary>Its id, as invariant text: the key.</summary>
    public string Item { get; set; } = "";

    /// <summary>Its title; empty where the data has no title column.</summary>
    public string Title { get; set; } = "";

    /// <summary>Its categories; indexed, for filters.</summary>
    public List<string> Categories { get; set; } = [];

    /// <summary>Interactions the data has with it.</summary>
    public int Interactions { get; set; }

    /// <summary>The version of the model it comes from; indexed, for filters.</summary>
    public string Version { get; set; } = "";

    /// <summary>Its vector, searched by inner product with a user's.</summary>
    public ReadOnlyMemory<float> Vector { get; set; }

    /// <summary>
    /// The vector of its text, searched by cosine; null where the encoder made nothing of the text. Kept only where the recommender answers
    /// texts.
    /// </summary>
    public ReadOnlyMemory<float>? TextVector { get; set; }
}
