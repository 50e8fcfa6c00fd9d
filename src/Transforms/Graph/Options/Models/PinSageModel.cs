using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// PinSage: the layer of <see cref="GraphSageModel"/> with <c>sum over u of w_vu sigma(h_u(l-1) Q(l) + q(l))</c> in place of the mean
/// (importance pooling). The neighbors u of v are the <see cref="TopNeighbors"/> nodes that <see cref="WalkCount"/> random walks of
/// <see cref="WalkLength"/> steps from v visit most, and w_vu their shares of these visits; found once for a fit. Takes at least 1 layer.
/// Source: Ying et al., "Graph Convolutional Neural Networks for Web-Scale Recommender Systems", KDD 2018, algorithm 1 and section 3.
/// </summary>
public sealed record PinSageModel : GraphModelSettings, ISampledModel
{
    /// <summary>Steps of a random walk: 1 visits the node's own neighbors, 2 nodes of its own side too, 3 their neighbors.</summary>
    /// <value>The default is 3.</value>
    public int WalkLength { get; init; } = NeighborWalks.Usual.Length;

    /// <summary>Random walks from each node.</summary>
    /// <value>The default is 100.</value>
    public int WalkCount { get; init; } = NeighborWalks.Usual.Count;

    /// <summary>Neighbors T kept for each node, those visited most: 1 to 256.</summary>
    /// <value>The default is 20.</value>
    public int TopNeighbors { get; init; } = NeighborWalks.Usual.Top;

    /// <inheritdoc cref="GraphSageModel.Activation"/>
    public GraphActivation Activation { get; init; } = GraphActivation.LeakyReLU;

    /// <inheritdoc cref="GraphSageModel.Fanouts"/>
    /// <value>The default is null: all <see cref="TopNeighbors"/> at each hop.</value>
    public IReadOnlyList<int>? Fanouts { get; init; }

    /// <inheritdoc cref="GraphSageModel.ServedFanouts"/>
    public IReadOnlyList<int>? ServedFanouts { get; init; }

    /// <inheritdoc cref="GraphSageModel.ColdShare"/>
    public float ColdShare { get; init; } = 0.1f;

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
