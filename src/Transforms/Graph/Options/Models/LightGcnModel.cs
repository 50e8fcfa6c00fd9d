using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="GraphModel.LightGcn"/>.</summary>
internal sealed record LightGcnModel : GraphModelSettings
{
    public required GraphNormalization Normalization { get; init; }

    internal override string Name => "LightGcn";

    internal override GraphNormalization EdgeConstants => Normalization;

    internal override IGraphNetwork Network(NetworkShape shape) => new LightGcnNetwork(shape, Layers);

    internal override void Validate(OptionCheck check)
    {
        base.Validate(check);
        check.Defined(Normalization, nameof(Normalization));
    }
}
