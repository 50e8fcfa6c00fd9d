using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// One step of training: the loss of a batch with the gradient of every parameter, and the update. All tables are made once; a step allocates nothing of size.
/// </summary>
internal sealed class GraphStep
{
    private const int ParametersPerChunk = 1 << 15;
    private const int LeastBatchSize = 128;
    private const int UsualBatchSize = 4096;
    private const int UsualMostSteps = 256;

    // A table that stays in a core's caches gains nothing by another order of its rows.
    private const long LargestCachedTable = 8 << 20;

    private readonly int _dimension;
    private readonly int _threads;
    private readonly float _l2;
    private readonly float _learningRate;
    private readonly GraphOperator _graph;
    private readonly GraphOperator _serving;
    private readonly IGraphNetwork _model;
    private readonly IReadOnlyList<GraphOperator>? _sampled; // where served vectors come of sampled neighbors
    private readonly IBatchLoss _loss;
    private readonly CosineRows? _cosine;
    private readonly float[] _vectors;
    private readonly float[] _gradient;

    /// <param name="graph">The interactions of the loss.</param>
    /// <param name="options">Options of the fit.</param>
    /// <param name="userFeatures">Features of users; null for none.</param>
    /// <param name="itemFeatures">Features of items; null for none.</param>
    /// <param name="edges">Edges of other types; null for none.</param>
    /// <param name="earlier">A step over other edges of the same nodes, whose parameters this one is to take over; null for none.</param>
    public GraphStep(
        InteractionGraph graph, GnnEmbeddingOptions options, NodeFeatureTable? userFeatures, NodeFeatureTable? itemFeatures, GraphEdges? edges = null, GraphStep? earlier = null)
    {
        _dimension = options.Dimension;
        _threads = options.Training.Threads;
        _l2 = options.L2Regularization;
        _learningRate = (float)options.Training.LearningRate!.Value;
        GraphModelSettings model = options.Model;
        CsrMatrix adjacency = model.Sampled is { } sampled
            ? BlockNetwork.Neighbors(graph, sampled, options.Seed, _threads, options.Training.CancellationToken)
            : edges?.Adjacency(graph, model.EdgeConstants) ?? graph.Adjacency(model.EdgeConstants);
        NodeCount = adjacency.Rows;
        bool[] reached = GraphReach.Of(adjacency, graph, edges is null ? 0 : model.Layers);
        Served = edges is null || options.FurtherEdges.ColdFromEdges ? reached : GraphReach.Of(adjacency, graph, 0);
        LeavesOut = !ReferenceEquals(Served, reached);
        Order = earlier is not null ? earlier.Order
            : model.Sampled is not null || (long)NodeCount * _dimension * sizeof(float) <= LargestCachedTable ? null
            : NodeOrder.BreadthFirst(adjacency, [0, graph.UserCount, graph.NodeCount]);
        if (Order is not null)
        {
            (adjacency, graph, reached) = (Order.Apply(adjacency), Order.Apply(graph), Order.Apply<bool>(reached, 1, 0));
            (userFeatures, itemFeatures) = (userFeatures?.InOrder(Order, 0), itemFeatures?.InOrder(Order, graph.UserCount));
        }

        EmbeddingPrecision trained = options.Precision == EmbeddingPrecision.Int8 ? EmbeddingPrecision.Single : options.Precision;
        _graph = new GraphOperator(adjacency, model.EdgeConstants, options.Aggregation.Resolve(_threads), _threads, trained);
        _serving = options.ServesAsTrained
            ? _graph
            : new GraphOperator(adjacency, model.EdgeConstants, options.Aggregation.ForServing(_threads, options.Precision), _threads, options.Precision);
        _sampled = model.Sampled?.ServedFanouts is null ? null : ServedLayers.Of(adjacency, model.Sampled, options.Seed, options.Aggregation, options.Precision, _threads);
        LayerZero = new LayerZero(graph, options, userFeatures, itemFeatures, reached);
        int batchSize = EffectiveBatchSize(graph.EdgeCount, options.Training.BatchSize, options.MinimumStepsPerEpoch);
        Sampler = options.Loss.Sampler(graph, batchSize, options.Seed);
        Batch = new GraphBatch(NodeCount, batchSize, options.Loss.NegativesOf(batchSize));
        _loss = options.Loss.Of(Batch, _dimension, options.Similarity.IsCosine, _threads);
        _model = model.Network(new NetworkShape(adjacency, _dimension, options.Seed, _threads, Batch));
        _cosine = options.Similarity.IsCosine || options.Loss.OfCosines
            ? new CosineRows(Batch.Nodes.Capacity, _dimension, options.Loss.ItemExponent, graph.UserCount)
            : null;
        _vectors = new float[Batch.Nodes.Capacity * _dimension];
        _gradient = new float[_vectors.Length];
        Parameters = [.. LayerZero.Parameters, .. _model.Parameters];
    }

    /// <summary>Users, items, and the values of attributes.</summary>
    public int NodeCount { get; }

    /// <summary>
    /// The numbers that nodes have within this step: in sampler, batch, parameters and layer 0. What it serves has the given ones. Null where they are the same: in small graphs, and where
    /// blocks are sampled.
    /// </summary>
    public NodeOrder? Order { get; }

    /// <summary>The nodes that have a vector of their own to be served: see <see cref="GraphReach"/>.</summary>
    public bool[] Served { get; }

    /// <summary>Whether nodes that training reaches are not served all the same: see <see cref="GraphEdgeOptions.ColdFromEdges"/>.</summary>
    public bool LeavesOut { get; }

    public LayerZero LayerZero { get; }

    /// <summary>The layers over an empty neighborhood, of a model that has them; null for others.</summary>
    public InductiveLayers? Inductive => Blocks?.Inductive;

    /// <summary>GraphSAGE or PinSage; null for other models.</summary>
    public BlockNetwork? Blocks => _model as BlockNetwork;

    public IBatchSampler Sampler { get; }

    public GraphBatch Batch { get; }

    public IReadOnlyList<GraphParameter> Parameters { get; }

    /// <summary>An epoch of small data still has the fewest steps allowed, unless they would be of fewer than 128 interactions; without a given size, one of large data has at most 256.</summary>
    public static int EffectiveBatchSize(int interactions, int? given, int leastSteps)
    {
        int most = given ?? Math.Max(UsualBatchSize, interactions / UsualMostSteps);
        return Math.Min(most, Math.Max(LeastBatchSize, interactions / leastSteps));
    }

    /// <summary>The loss of the current batch, regularization included; the gradients of all parameters are overwritten.</summary>
    public double Compute()
    {
        NodeSet nodes = Batch.Nodes;
        Span<float> vectors = _vectors.AsSpan(0, nodes.Count * _dimension);
        Span<float> gradient = _gradient.AsSpan(0, nodes.Count * _dimension);
        if (_model is BlockNetwork blocks)
            LayerZero.Compute(blocks.Sample(Batch, LayerZero), blocks.Cold(Batch));
        else
            LayerZero.Compute();
        _model.ForwardRows(_graph, LayerZero.Table, Batch, _vectors);
        _cosine?.Forward(vectors, nodes.Nodes);
        double loss = _loss.Step(Batch, vectors, gradient);
        _cosine?.Backward(vectors, gradient, nodes.Nodes);
        loss += _model.Backward(_graph, Batch, _gradient, LayerZero.Gradient);
        loss += Regularize(nodes);
        LayerZero.Backward();
        return loss;
    }

    /// <summary>One step of Adam on every parameter.</summary>
    /// <param name="number">Steps so far, this one included: 1 for the first.</param>
    /// <param name="rate">What the learning rate is multiplied with.</param>
    public void Update(int number, float rate = 1)
    {
        foreach (GraphParameter p in Parameters)
        {
            var adam = new AdamStep { LearningRate = _learningRate * rate * p.Rate, StepNumber = number };
            if (p.RowLength > 0)
            {
                UpdateRows(p, new AdamFactors(adam));
                continue;
            }

            int length = p.Value.Length;
            Parallelism.For((length + ParametersPerChunk - 1) / ParametersPerChunk, _threads, chunk =>
            {
                int first = chunk * ParametersPerChunk;
                int count = Math.Min(ParametersPerChunk, length - first);
                AdamKernel.Step(
                    p.Value.AsSpan(first, count), p.Gradient.AsSpan(first, count), p.FirstMoment.AsSpan(first, count), p.SecondMoment.AsSpan(first, count), adam);
            });
        }
    }

    // Lazy Adam: the rows a step touches, with the correction of the moments by the number of all steps.
    private void UpdateRows(GraphParameter p, AdamFactors factors)
    {
        int width = p.RowLength;
        int rowsPerChunk = Math.Max(1, ParametersPerChunk / width);
        Parallelism.For((p.Rows.Length + rowsPerChunk - 1) / rowsPerChunk, _threads, chunk =>
        {
            ReadOnlySpan<int> rows = p.Rows;
            int end = Math.Min(rows.Length, (chunk + 1) * rowsPerChunk);
            for (int r = chunk * rowsPerChunk; r < end; r++)
            {
                int first = rows[r] * width;
                AdamKernel.StepRow(
                    p.Value.AsSpan(first, width), p.Gradient.AsSpan(r * width, width), p.FirstMoment.AsSpan(first, width), p.SecondMoment.AsSpan(first, width), factors);
            }
        });
    }

    /// <summary>The final vectors of all nodes over the graph of training.</summary>
    public void Final(float[] final) => Final(_graph, final);

    /// <summary>The same vectors as they are served: by the backend and in the precision of the options.</summary>
    public void Serve(float[] final)
    {
        if (_sampled is null)
        {
            Final(_serving, final);
            return;
        }

        LayerZero.Compute();
        Blocks!.ForwardAll(_sampled, LayerZero.Table, final);
    }

    /// <summary>Layer 0 of all nodes under the current parameters.</summary>
    public float[] Start()
    {
        LayerZero.Compute();
        float[] start = LayerZero.Table[..(NodeCount * _dimension)];
        Order?.Restore<float>(start, _dimension);
        return start;
    }

    private void Final(GraphOperator graph, float[] final)
    {
        LayerZero.Compute();
        _model.ForwardAll(graph, LayerZero.Table, final);
        Order?.Restore<float>(final, _dimension);
    }

    // L2/(2B) * sum of |E_v|^2 over the occurrences of nodes in the batch, as LightGCN has it.
    private double Regularize(NodeSet nodes)
    {
        if (_l2 == 0)
            return 0;
        float scale = _l2 / Batch.Size;
        double sum = 0;
        for (int r = 0; r < nodes.Count; r++)
        {
            int first = (_model is BlockNetwork ? r : nodes.Nodes[r]) * _dimension;
            ReadOnlySpan<float> row = LayerZero.Table.AsSpan(first, _dimension);
            Span<float> gradient = LayerZero.Gradient.AsSpan(first, _dimension);
            int occurrences = nodes.Occurrences[r];
            sum += occurrences * (double)TensorPrimitives.SumOfSquares(row);
            TensorPrimitives.MultiplyAdd(row, scale * occurrences, gradient, gradient);
        }

        return 0.5 * scale * sum;
    }
}
