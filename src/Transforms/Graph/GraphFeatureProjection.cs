namespace HybridRec.MLNet;

/// <summary>How <see cref="GnnEmbeddingEstimator"/> maps the features x of a node into layer 0.</summary>
public enum GraphFeatureProjection
{
    /// <summary>A matrix: <c>x P</c>.</summary>
    Linear,

    /// <summary>
    /// Two matrices: <c>LeakyReLU(x W1) W2</c>, slope 0.01. Source: Sheng et al., "Language Representations Can be What Recommenders Need", ICLR 2025 (AlphaRec).
    /// </summary>
    Mlp,
}
