namespace HybridRec.MLNet;

/// <summary>The score <c>s(u,i)</c> of two node vectors.</summary>
public enum GraphSimilarity
{
    /// <summary>
    /// The cosine, times a power of the item's length where <see cref="GnnEmbeddingOptions.ItemNormExponent"/> is above 0. The vectors delivered by <see cref="GnnEmbeddingTransformer"/> have
    /// length 1, or that power, so that their dot product is the score the model was trained on (or <see cref="GnnEmbeddingOptions.ServedItemNormExponent"/>).
    /// </summary>
    Cosine,

    /// <summary>The dot product.</summary>
    Dot,
}
