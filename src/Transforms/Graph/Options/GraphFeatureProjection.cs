using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>How <see cref="GnnEmbeddingEstimator"/> maps the features x of a node into layer 0.</summary>
public sealed record GraphFeatureProjection
{
    private GraphFeatureProjection()
    {
    }

    /// <summary>A matrix: <c>x P</c>.</summary>
    public static GraphFeatureProjection Linear { get; } = new();

    /// <summary>Units of the hidden layer; null for none.</summary>
    public int? HiddenSize { get; private init; }

    /// <summary>
    /// Two matrices: <c>LeakyReLU(x W1) W2</c>, slope 0.01. Source: Sheng et al., "Language Representations Can be What
    /// Recommenders Need", ICLR 2025 (AlphaRec).
    /// </summary>
    /// <param name="hiddenSize">Units of the hidden layer, 1 to 4096.</param>
    /// <returns>The projection.</returns>
    public static GraphFeatureProjection Mlp(int hiddenSize = 256) => new() { HiddenSize = hiddenSize };

    /// <summary>Refuses illegal settings.</summary>
    internal void Validate(OptionCheck check) => check.Between(HiddenSize, 1, HiddenLayer.MostUnits, nameof(HiddenSize));
}
