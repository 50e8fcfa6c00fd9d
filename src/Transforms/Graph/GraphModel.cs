namespace HybridRec.MLNet;

/// <summary>The propagation rule of <see cref="GnnEmbeddingEstimator"/>.</summary>
public enum GraphModel
{
    /// <summary>
    /// LightGCN: <c>h(l) = A h(l-1)</c>, and the vector of a node is the mean of its layers 0..L. The only trained parameters are the layer-0 embeddings
    /// (and the projection of node features). Source: He et al., "LightGCN", SIGIR 2020, equations 3 and 4.
    /// </summary>
    LightGcn,

    /// <summary>
    /// Graph convolution with trained weights: <c>h(l) = sigma(A h(l-1) W(l))</c>, equation 1 of the hybrid model; the vector of a node is the mean of its
    /// layers 0..L, so that a node keeps its own signal and an isolated one is not zero. Source: Kipf and Welling, ICLR 2017.
    /// </summary>
    Gcn,
}
