using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// AlphaRec: no id embeddings. Layer 0 of an item is its projected <see cref="GnnEmbeddingOptions.NodeFeatures"/>, of a user the projection
/// of the mean features of the user's training items; propagated as by <see cref="LightGcnModel"/>. Needs feature columns of items, and
/// none of users. The paper has the MLP, 2 layers and cosines under sampled softmax with temperature 0.15. Source: Sheng et al., "Language
/// Representations Can be What Recommenders Need: Findings and Potentials", ICLR 2025.
/// </summary>
public sealed record AlphaRecModel : GraphModelSettings
{
    /// <inheritdoc cref="LightGcnModel.Normalization"/>
    public GraphNormalization Normalization { get; init; } = GraphNormalization.Symmetric;

    internal override string Name => "AlphaRec";

    internal override bool StartsFromContent => true;

    internal override GraphNormalization EdgeConstants => Normalization;

    internal override IGraphNetwork Network(NetworkShape shape) => new LightGcnNetwork(shape, Layers);

    internal override void Validate(OptionCheck check)
    {
        base.Validate(check);
        check.Defined(Normalization, nameof(Normalization));
    }
}
