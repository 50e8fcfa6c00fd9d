using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// Graph convolution with trained weights: <c>h(l) = sigma(A h(l-1) W(l))</c>, equation 1 of the hybrid model; the vector of a node is the
/// mean of its layers 0..L, so that a node keeps its own signal and an isolated one is not zero. Source: Kipf and Welling, ICLR 2017.
/// </summary>
public sealed record GcnModel : GraphModelSettings
{
    /// <inheritdoc cref="LightGcnModel.Normalization"/>
    public GraphNormalization Normalization { get; init; } = GraphNormalization.Symmetric;

    /// <summary>The function sigma; the paper's is ReLU.</summary>
    /// <value>The default is <see cref="GraphActivation.LeakyReLU"/>.</value>
    public GraphActivation Activation { get; init; } = GraphActivation.LeakyReLU;

    internal override string Name => "Gcn";

    internal override bool FoldsIn => false;

    internal override GraphNormalization EdgeConstants => Normalization;

    internal override IGraphNetwork Network(NetworkShape shape) => new GcnNetwork(shape, Layers, Activation);

    internal override void Validate(OptionCheck check)
    {
        base.Validate(check);
        check.Defined(Normalization, nameof(Normalization));
        check.Defined(Activation, nameof(Activation));
    }
}
