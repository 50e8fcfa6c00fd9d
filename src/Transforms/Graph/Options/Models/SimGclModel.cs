using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// SimGCL: <c>h(l) = A h(l-1)</c>, the vector of a node is the mean of its layers 1..L, and <see cref="ContrastWeight"/> times InfoNCE
/// between two further passes is added to the loss, over the batch's distinct users and items apart. In these passes every layer has the
/// noise <c>eps sign(h) o u/|u|</c>, u uniform in [0,1); vectors delivered have none. Noise of a fixed length needs vectors of a length:
/// set the similarity to <see cref="GraphSimilarity.Dot"/>. Three propagations a step. Takes at least 1 layer. Source: Yu et al., "Are
/// Graph Augmentations Necessary?", SIGIR 2022; the mean of layers as in the authors' code (SELFRec).
/// </summary>
public sealed record SimGclModel : GraphModelSettings, IContrastModel
{
    /// <inheritdoc cref="LightGcnModel.Normalization"/>
    public GraphNormalization Normalization { get; init; } = GraphNormalization.Symmetric;

    /// <summary>Weight lambda of the contrast between views.</summary>
    /// <value>The default is 0.2, XSimGCL's.</value>
    public float ContrastWeight { get; init; } = 0.2f;

    /// <summary>The divisor of the cosines in the contrast.</summary>
    /// <value>The default is 0.15, XSimGCL's; SimGCL's paper has 0.2.</value>
    public float ContrastTemperature { get; init; } = 0.15f;

    /// <summary>Length eps of the noise added to each vector of each layer.</summary>
    /// <value>The default is 0.2, XSimGCL's; SimGCL's paper has 0.1.</value>
    public float NoiseMagnitude { get; init; } = 0.2f;

    internal override string Name => "SimGcl";

    internal override int LeastLayers => 1;

    internal override int FirstLayer => 1;

    internal override GraphNormalization EdgeConstants => Normalization;

    internal override IGraphNetwork Network(NetworkShape shape) => new SimGclNetwork(shape, this);

    internal override void Validate(OptionCheck check)
    {
        base.Validate(check);
        check.Defined(Normalization, nameof(Normalization));
        ((IContrastModel)this).ValidateContrast(check);
    }
}
