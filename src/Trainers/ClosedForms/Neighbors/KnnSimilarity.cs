namespace HybridRec.MLNet;

/// <summary>How alike two items are by the users they share, or two users by their items.</summary>
public enum KnnSimilarity
{
    /// <summary>The cosine of their rows.</summary>
    Cosine,

    /// <summary>The product of rows weighted by BM25, k1 = 1.2 and b = .75: what many share says little, and so do long rows.</summary>
    Bm25,
}
