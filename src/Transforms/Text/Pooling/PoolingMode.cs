namespace HybridRec.MLNet;

/// <summary>
/// How the token vectors h_1..h_n of a text become one vector (the modes of sentence-transformers' <c>Pooling</c>
/// module). Padding never counts.
/// </summary>
public enum PoolingMode
{
    /// <summary>Vector of the first token, BERT's [CLS]: h_1.</summary>
    Cls,

    /// <summary>Element-wise largest value: max_t h_t.</summary>
    Max,

    /// <summary>Mean: (1/n) sum_t h_t.</summary>
    Mean,

    /// <summary>Sum over the square root of the length: (1/sqrt(n)) sum_t h_t.</summary>
    MeanSqrtLength,

    /// <summary>Mean weighted by position, later tokens more: sum_t t h_t / sum_t t.</summary>
    WeightedMean,

    /// <summary>Vector of the last token, as decoder models want it: h_n.</summary>
    LastToken,
}
