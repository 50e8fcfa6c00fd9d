namespace HybridRec.MLNet.Graph;

/// <summary>All that is trained, layer 0 and the propagation rule, and what computes vectors from it.</summary>
internal sealed class GraphNetwork
{
    private readonly int _dimension;
    private readonly IGraphNetwork _rule;
    private readonly GraphOperator _graph;
    private readonly GraphOperator[] _trained;
    private readonly IReadOnlyList<GraphOperator> _served;

    /// <param name="graph">What is propagated over.</param>
    /// <param name="options">Options of the fit.</param>
    /// <param name="batch">The batches it is to see.</param>
    public GraphNetwork(TrainingGraph graph, GnnEmbeddingOptions options, GraphBatch batch)
    {
        Graph = graph;
        _dimension = options.Dimension;
        GraphModelSettings model = options.Model;
        int threads = options.Training.Threads;
        EmbeddingPrecision trained = options.Precision == EmbeddingPrecision.Int8 ? EmbeddingPrecision.Single : options.Precision;
        _graph = new GraphOperator(graph.Adjacency, model.EdgeConstants, options.Aggregation.Resolve(threads), threads, trained);
        _trained = [_graph];
        _served = model.Sampled is { ServedFanouts: not null } sampled
            ? ServedLayers.Of(graph.Adjacency, sampled, options.Seed, options.Aggregation, options.Precision, threads)
            : options.ServesAsTrained
            ? _trained
            : [new GraphOperator(
                graph.Adjacency, model.EdgeConstants, options.Aggregation.ForServing(threads, options.Precision), threads,
                options.Precision)];
        LayerZero = new LayerZero(graph.Interactions, options, graph.UserFeatures, graph.ItemFeatures, graph.Reached);
        _rule = model.Network(new NetworkShape(graph.Adjacency, _dimension, options.Seed, threads, batch));
        Parameters = [.. LayerZero.Parameters, .. _rule.Parameters];
    }

    public TrainingGraph Graph { get; }

    public LayerZero LayerZero { get; }

    /// <summary>All parameters, those of layer 0 first.</summary>
    public IReadOnlyList<GraphParameter> Parameters { get; }

    /// <summary>The parameters of the propagation rule.</summary>
    public IReadOnlyList<GraphParameter> RuleParameters => _rule.Parameters;

    /// <summary>The layers over an empty neighborhood, of a model that has them; null for others.</summary>
    public InductiveLayers? Inductive => _rule.Inductive;

    /// <summary>The vectors of a batch's nodes.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="vectors">Receives them: row r is the node <c>batch.Nodes.Nodes[r]</c>.</param>
    public void Forward(GraphBatch batch, float[] vectors)
    {
        _rule.Begin(batch, LayerZero);
        _rule.ForwardRows(_graph, LayerZero.Table, batch, vectors);
    }

    /// <summary>
    /// Turns the gradient of the batch's vectors into that of the rule and of the rows of layer 0;
    /// <see cref="LayerZero.Backward"/> takes it on.
    /// </summary>
    /// <returns>The rule's own terms of the loss.</returns>
    public double Backward(GraphBatch batch, float[] gradient) => _rule.Backward(_graph, batch, gradient, LayerZero.Gradient);

    /// <summary>The final vectors of all nodes over the graph of training, in the numbering of the data.</summary>
    public void Final(float[] final) => Final(_trained, final);

    /// <summary>The same vectors as they are served: by the backend and in the precision of the options.</summary>
    public void Serve(float[] final) => Final(_served, final);

    /// <summary>Layer 0 of all nodes under the current parameters, in the numbering of the data.</summary>
    public float[] Start()
    {
        LayerZero.Compute();
        float[] start = LayerZero.Table[..(Graph.NodeCount * _dimension)];
        Graph.Order?.Restore<float>(start, _dimension);
        return start;
    }

    /// <summary>Takes over the parameters of a network of the same shape.</summary>
    public void CopyFrom(GraphNetwork other)
    {
        for (int i = 0; i < Parameters.Count; i++)
            other.Parameters[i].Value.CopyTo(Parameters[i].Value, 0);
    }

    private void Final(IReadOnlyList<GraphOperator> graphs, float[] final)
    {
        LayerZero.Compute();
        _rule.ForwardAll(graphs, LayerZero.Table, final);
        Graph.Order?.Restore<float>(final, _dimension);
    }
}
