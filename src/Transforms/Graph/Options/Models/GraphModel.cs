namespace HybridRec.MLNet;

/// <summary>
/// The models of <see cref="GnnEmbeddingEstimator"/>, to write <c>Model = GraphModel.LightGcn(layers: 2)</c>. What else a model has is set
/// on what it gives: <c>GraphModel.PinSage(layers: 2) with { WalkCount = 50 }</c>.
/// </summary>
public static class GraphModel
{
    /// <summary>Propagation alone.</summary>
    /// <param name="layers">Number of propagations.</param>
    /// <returns>The settings of the model.</returns>
    public static LightGcnModel LightGcn(int layers = 3) => new() { Layers = layers };

    /// <summary>Graph convolution with trained matrices and an activation.</summary>
    /// <param name="layers">Number of propagations.</param>
    /// <returns>The settings of the model.</returns>
    public static GcnModel Gcn(int layers = 3) => new() { Layers = layers };

    /// <summary>LightGCN and a contrast between two noisy passes.</summary>
    /// <param name="layers">Number of propagations.</param>
    /// <returns>The settings of the model.</returns>
    public static SimGclModel SimGcl(int layers = 3) => new() { Layers = layers };

    /// <summary>LightGCN and a contrast between layers of one noisy pass.</summary>
    /// <param name="layers">Number of propagations.</param>
    /// <returns>The settings of the model.</returns>
    public static XSimGclModel XSimGcl(int layers = 3) => new() { Layers = layers };

    /// <summary>Features of items instead of id embeddings.</summary>
    /// <param name="layers">Number of propagations.</param>
    /// <returns>The settings of the model.</returns>
    public static AlphaRecModel AlphaRec(int layers = 3) => new() { Layers = layers };

    /// <summary>Own matrices over sampled neighbors.</summary>
    /// <param name="layers">Number of hops; 2 are usual.</param>
    /// <returns>The settings of the model.</returns>
    public static GraphSageModel GraphSage(int layers = 3) => new() { Layers = layers };

    /// <summary>Own matrices over the neighbors that random walks visit most.</summary>
    /// <param name="layers">Number of hops; 2 are usual.</param>
    /// <returns>The settings of the model.</returns>
    public static PinSageModel PinSage(int layers = 3) => new() { Layers = layers };
}
