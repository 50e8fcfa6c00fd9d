using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// What is propagated over in a training, with the nodes and their features in the numbering that training has for itself.
/// </summary>
internal sealed class TrainingGraph
{
    // A table that stays in a core's caches gains nothing by another order of its rows.
    private const long LargestCachedTable = 8 << 20;

    /// <param name="interactions">The interactions of the loss.</param>
    /// <param name="options">Options of the fit.</param>
    /// <param name="userFeatures">Features of users; null for none.</param>
    /// <param name="itemFeatures">Features of items; null for none.</param>
    /// <param name="edges">Edges of other types; null for none.</param>
    /// <param name="earlier">A graph with other edges of the same nodes, whose numbering this one has too; null for none.</param>
    public TrainingGraph(
        InteractionGraph interactions,
        GnnEmbeddingOptions options,
        NodeFeatureTable? userFeatures,
        NodeFeatureTable? itemFeatures,
        GraphEdges? edges = null,
        TrainingGraph? earlier = null)
    {
        GraphModelSettings model = options.Model;
        (Interactions, UserFeatures, ItemFeatures) = (interactions, userFeatures, itemFeatures);
        Adjacency = model.Sampled is { } sampled
            ? BlockNetwork.Neighbors(interactions, sampled, options.Seed, options.Training.Threads, options.Training.CancellationToken)
            : edges?.Adjacency(interactions, model.EdgeConstants) ?? interactions.Adjacency(model.EdgeConstants);
        Reached = GraphReach.Of(Adjacency, interactions, edges is null ? 0 : model.Layers);
        Served = edges is null || options.FurtherEdges.ColdFromEdges ? Reached : GraphReach.Of(Adjacency, interactions, 0);
        LeavesOut = !ReferenceEquals(Served, Reached);
        Order = earlier is not null ? earlier.Order
            : model.Sampled is not null || (long)NodeCount * options.Dimension * sizeof(float) <= LargestCachedTable ? null
            : NodeOrder.BreadthFirst(Adjacency, [0, interactions.UserCount, interactions.NodeCount]);
        if (Order is null)
            return;
        (Adjacency, Interactions, Reached) = (Order.Apply(Adjacency), Order.Apply(interactions), Order.Apply<bool>(Reached, 1, 0));
        (UserFeatures, ItemFeatures) = (userFeatures?.InOrder(Order, 0), itemFeatures?.InOrder(Order, interactions.UserCount));
    }

    /// <summary>Users, items, and the values of attributes.</summary>
    public int NodeCount => Adjacency.Rows;

    /// <summary>The graph propagated over, or the neighbors to sample.</summary>
    public CsrMatrix Adjacency { get; }

    /// <summary>The interactions of the loss.</summary>
    public InteractionGraph Interactions { get; }

    public NodeFeatureTable? UserFeatures { get; }

    public NodeFeatureTable? ItemFeatures { get; }

    /// <summary>The nodes that training says something about: see <see cref="GraphReach"/>.</summary>
    public bool[] Reached { get; }

    /// <summary>The nodes that have a vector of their own to be served, in the numbering of the data.</summary>
    public bool[] Served { get; }

    /// <summary>
    /// Whether nodes that training reaches are not served all the same: see <see cref="GraphEdgeOptions.ColdFromEdges"/>.
    /// </summary>
    public bool LeavesOut { get; }

    /// <summary>
    /// The numbers that nodes have within training: in sampler, batch, parameters and layer 0. What is served has those of the data. Null
    /// where they are the same: in small graphs, and where blocks are sampled.
    /// </summary>
    public NodeOrder? Order { get; }
}
