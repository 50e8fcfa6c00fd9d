using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="GraphModel.XSimGcl"/>.</summary>
internal sealed record XSimGclModel : GraphModelSettings, IContrastModel
{
    public required GraphNormalization Normalization { get; init; }

    public required float ContrastWeight { get; init; }

    public required float ContrastTemperature { get; init; }

    public required float NoiseMagnitude { get; init; }

    public required int ContrastLayer { get; init; }

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
