namespace HybridRec.MLNet;

/// <summary>The score <c>s(u,i)</c> of two node vectors.</summary>
public enum GraphSimilarity
{
    /// <summary>
    /// The cosine. The vectors delivered by <see cref="GnnEmbeddingTransformer"/> have length 1, so that their dot product is the score the model was trained on.
    /// </summary>
    Cosine,

    /// <summary>The dot product.</summary>
    Dot,
}
