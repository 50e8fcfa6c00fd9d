using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="GraphModel.SimGcl"/>.</summary>
internal sealed record SimGclModel : GraphModelSettings, IContrastModel
{
    public required GraphNormalization Normalization { get; init; }

    public required float ContrastWeight { get; init; }

    public required float ContrastTemperature { get; init; }

    public required float NoiseMagnitude { get; init; }

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
