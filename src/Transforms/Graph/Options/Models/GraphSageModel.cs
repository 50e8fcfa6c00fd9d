using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// GraphSAGE with the mean aggregator: <c>h_v(l) = norm(sigma(h_v(l-1) W_self(l) + mean(h_u(l-1)) W_neigh(l) + b(l)))</c>, the mean over
/// <see cref="Fanouts"/> sampled neighbors u, norm the division by the length; the last layer has neither sigma nor norm, and is the vector
/// of the node. Trained on mini-batches over sampled blocks: memory and time of a step follow the batch and the fanouts, not the graph.
/// Adam is lazy here: id embeddings outside the blocks of a step, and their moments, stay as they are. Vectors served are those of the full
/// neighborhood; a node without interactions is the model's own pass over its features with an empty one (<see cref="ColdShare"/>). The
/// matrices start near the identity. Takes at least 1 layer; 2 are usual. Source: Hamilton et al., "Inductive Representation Learning on
/// Large Graphs", NeurIPS 2017, algorithms 1 and 2.
/// </summary>
public sealed record GraphSageModel : GraphModelSettings, ISampledModel
{
    private const int UsualFanout = 10;

    /// <summary>The function sigma; the paper's is ReLU.</summary>
    /// <value>The default is <see cref="GraphActivation.LeakyReLU"/>.</value>
    public GraphActivation Activation { get; init; } = GraphActivation.LeakyReLU;

    /// <summary>
    /// Neighbors sampled for a node at each hop, 1 to 256, as many numbers as layers: first for the nodes of the batch, then for their
    /// neighbors, and so on. A step touches at most (nodes of the batch) (1 + F1) (1 + F2) ... nodes.
    /// </summary>
    /// <value>The default is null: 10 at each hop.</value>
    public IReadOnlyList<int>? Fanouts { get; init; }

    /// <summary>
    /// Neighbors that the backend of <see cref="GnnEmbeddingOptions.Aggregation"/> samples for a node at each hop when the vectors that are
    /// served are computed, after training and when interactions are folded in; numbers as in <see cref="Fanouts"/>. GraphSAGE draws
    /// uniformly without replacement, PinSage by importance with replacement. A node's sample depends on its list and the seed alone, and
    /// is the same on every backend. Training has <see cref="Fanouts"/>, and validation takes all neighbors.
    /// </summary>
    /// <value>The default is null: all neighbors.</value>
    public IReadOnlyList<int>? ServedFanouts { get; init; }

    /// <summary>
    /// Share of the nodes of a batch, of those with features, that are trained as if nobody had touched them, without neighbors and id
    /// embedding, so that the model learns to place such nodes: 0 or more and below 1. Source: Volkovs et al., "DropoutNet: Addressing Cold
    /// Start in Recommender Systems", NeurIPS 2017.
    /// </summary>
    /// <value>The default is 0.1.</value>
    public float ColdShare { get; init; } = 0.1f;

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
