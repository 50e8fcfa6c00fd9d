using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="GraphModel.PinSage"/>.</summary>
internal sealed record PinSageModel : GraphModelSettings, ISampledModel
{
    public required int WalkLength { get; init; }

    public required int WalkCount { get; init; }

    public required int TopNeighbors { get; init; }

    public required GraphActivation Activation { get; init; }

    public required IReadOnlyList<int>? Fanouts { get; init; }

    public required IReadOnlyList<int>? ServedFanouts { get; init; }

    public required float ColdShare { get; init; }

    internal override string Name => "PinSage";

    internal override int LeastLayers => 1;

    internal override ISampledModel Sampled => this;

    NeighborWalks? ISampledModel.Walks => new(WalkLength, WalkCount, TopNeighbors);

    IReadOnlyList<int> ISampledModel.FanoutsInEffect => Fanouts ?? [.. Enumerable.Repeat(TopNeighbors, Layers)];

    internal override IGraphNetwork Network(NetworkShape shape) => new BlockNetwork(shape, this);

    internal override void Validate(OptionCheck check)
    {
        base.Validate(check);
        check.Between(WalkLength, 1, 1000, nameof(WalkLength));
        check.Between(WalkCount, 1, 100_000, nameof(WalkCount));
        check.Between(TopNeighbors, 1, BlockSampler.MostFanout, nameof(TopNeighbors));
        ((ISampledModel)this).ValidateSampling(check);
    }
}
