using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="GraphModel.Gcn"/>.</summary>
internal sealed record GcnModel : GraphModelSettings
{
    public required GraphNormalization Normalization { get; init; }

    public required GraphActivation Activation { get; init; }

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
