namespace HybridRec.MLNet;

/// <summary>A user in a vector store: the query that finds their items.</summary>
public sealed class StoredUser
{
    /// <summary>Their id, as invariant text: the key.</summary>
    public string User { get; set; } = "";

    /// <summary>The version of the model it comes from; queries of one version fit items of the same only.</summary>
    public string Version { get; set; } = "";

    /// <summary>What the model adds to the inner product of <see cref="Vector"/> and an item's vector.</summary>
    public float Constant { get; set; }

    /// <summary>The query vector.</summary>
    public ReadOnlyMemory<float> Vector { get; set; }
}
