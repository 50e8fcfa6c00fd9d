using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="GraphModel.GraphSage"/>.</summary>
internal sealed record GraphSageModel : GraphModelSettings, ISampledModel
{
    private const int UsualFanout = 10;

    public required GraphActivation Activation { get; init; }

    public required IReadOnlyList<int>? Fanouts { get; init; }

    public required IReadOnlyList<int>? ServedFanouts { get; init; }

    public required float ColdShare { get; init; }

    internal override string Name => "GraphSage";

    internal override int LeastLayers => 1;

    internal override ISampledModel Sampled => this;

    NeighborWalks? ISampledModel.Walks => null;

    IReadOnlyList<int> ISampledModel.FanoutsInEffect => Fanouts ?? [.. Enumerable.Repeat(UsualFanout, Layers)];

    internal override IGraphNetwork Network(NetworkShape shape) => new BlockNetwork(shape, this);

    internal override void Validate(OptionCheck check)
    {
        base.Validate(check);
        ((ISampledModel)this).ValidateSampling(check);
    }
}
