using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// XSimGCL: as <see cref="SimGclModel"/>, but one pass with noise serves both: its mean of layers enters the loss, and is contrasted with
/// its layer <see cref="ContrastLayer"/>. One propagation a step. Takes at least 1 layer. Source: Yu et al., "XSimGCL: Towards Extremely
/// Simple Graph Contrastive Learning", TKDE 2023.
/// </summary>
public sealed record XSimGclModel : GraphModelSettings, IContrastModel
{
    /// <inheritdoc cref="LightGcnModel.Normalization"/>
    public GraphNormalization Normalization { get; init; } = GraphNormalization.Symmetric;

    /// <inheritdoc cref="SimGclModel.ContrastWeight"/>
    public float ContrastWeight { get; init; } = 0.2f;

    /// <inheritdoc cref="SimGclModel.ContrastTemperature"/>
    public float ContrastTemperature { get; init; } = 0.15f;

    /// <inheritdoc cref="SimGclModel.NoiseMagnitude"/>
    public float NoiseMagnitude { get; init; } = 0.2f;

    /// <summary>The layer l* that is contrasted with the mean of layers: 1 to <see cref="GraphModelSettings.Layers"/>.</summary>
    /// <value>The default is 1.</value>
    public int ContrastLayer { get; init; } = 1;

    internal override string Name => "XSimGcl";

    internal override int LeastLayers => 1;

    internal override int FirstLayer => 1;

    internal override GraphNormalization EdgeConstants => Normalization;

    internal override IGraphNetwork Network(NetworkShape shape) => new XSimGclNetwork(shape, this, ContrastLayer);

    internal override void Validate(OptionCheck check)
    {
        base.Validate(check);
        check.Defined(Normalization, nameof(Normalization));
        ((IContrastModel)this).ValidateContrast(check);
        check.Between(ContrastLayer, 1, Layers, nameof(ContrastLayer));
    }
}
