using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// GraphSAGE and PinSage: a chain of <see cref="BlockLayer"/> over blocks drawn for each batch. A step reads and changes nothing but the
/// nodes of its blocks: the rows of layer 0 that it asks for are those of its sample. Sources: Hamilton et al., "Inductive Representation
/// Learning on Large Graphs", NeurIPS 2017; Ying et al., KDD 2018 (PinSage).
/// </summary>
internal sealed class BlockNetwork : IGraphNetwork
{
    private readonly int _dimension;
    private readonly int _seed;
    private readonly GraphActivation _activation;
    private readonly bool _sendsMessages;
    private readonly BlockLayer[] _layers;
    private readonly float[][] _inputs;
    private readonly BlockSampler _sampler;
    private readonly float _coldShare;
    private readonly bool[] _cold;
    private float[] _gradient = [];
    private float[] _spare = [];
    private float[] _first = [];
    private float[] _second = [];
    private float[] _aggregated = [];
    private float[] _messages = [];

    public BlockNetwork(NetworkShape shape, ISampledModel model)
    {
        _coldShare = model.ColdShare;
        _cold = new bool[shape.Batch.Nodes.Capacity];
        _dimension = shape.Dimension;
        _seed = shape.Seed;
        _activation = model.Activation;
        _sendsMessages = model.Walks is not null;
        _layers = [.. Enumerable.Range(1, model.Layers).Select(l => new BlockLayer(l, model, shape))];
        _inputs = new float[model.Layers][];
        _sampler = new BlockSampler(shape.Adjacency, model.FanoutsInEffect, shape.Threads);
        Parameters = [.. _layers.SelectMany(l => l.Parameters)];
    }

    public IReadOnlyList<GraphParameter> Parameters { get; }

    /// <summary>The layers over an empty neighborhood.</summary>
    public InductiveLayers Inductive => new(_dimension, _activation, [.. _layers.Select(l => l.OwnWeights)]);

    /// <summary>
    /// The neighbors of every node with their weights: all it interacted with, alike (GraphSAGE), or those that
    /// random walks visit most (PinSage).
    /// </summary>
    public static CsrMatrix Neighbors(
        InteractionGraph graph, ISampledModel model, int seed, int threads, CancellationToken cancellationToken = default)
    {
        if (model.Walks is not { } walks)
            return graph.Adjacency(GraphNormalization.Row);
        Xoshiro256 random = Streams.Open(seed, StreamKind.Walks);
        return RandomWalkNeighbors.Build(graph, walks.Count, walks.Length, walks.Top, (long)random.NextBits(), threads, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Draws the blocks of the batch. A share of the nodes with features takes part as if nobody had touched them.</remarks>
    public void Begin(GraphBatch batch, ILayerZero layerZero)
    {
        ReadOnlySpan<int> targets = batch.Nodes.Nodes;
        Xoshiro256 random = Streams.Open(_seed, StreamKind.Neighbors, batch.Epoch, batch.Step);
        long key = (long)random.NextBits();
        for (int row = 0; row < targets.Length; row++)
            _cold[row] = _coldShare > 0 && layerZero.HasFeatures(targets[row]) && random.NextDouble() < _coldShare;
        _sampler.Sample(targets, key, Cold(batch));
        layerZero.Compute(_sampler.Nodes, Cold(batch));
    }

    /// <summary>Which nodes of the batch have neither neighbors nor an id embedding in this step.</summary>
    public ReadOnlySpan<bool> Cold(GraphBatch batch) => _cold.AsSpan(0, batch.Nodes.Count);

    /// <inheritdoc/>
    public void ForwardAll(IReadOnlyList<GraphOperator> graphs, float[] ego, float[] final)
    {
        ego.AsSpan(0, final.Length).CopyTo(final);
        GrowingBuffer.AtLeast(ref _aggregated, final.Length);
        if (_sendsMessages)
            GrowingBuffer.AtLeast(ref _messages, final.Length);
        for (int l = 0; l < _layers.Length; l++)
            _layers[l].ForwardAll(graphs[graphs.Count == 1 ? 0 : l], final, _aggregated, _messages);
    }

    /// <inheritdoc/>
    public void ForwardRows(GraphOperator graph, float[] ego, GraphBatch batch, float[] compact)
    {
        float[] rows = ego;
        for (int l = 0; l < _layers.Length; l++)
        {
            _inputs[l] = rows;
            rows = _layers[l].Forward(_sampler.Blocks[l], rows);
        }

        rows.AsSpan(0, batch.Nodes.Count * _dimension).CopyTo(compact);
    }

    /// <inheritdoc/>
    public double Backward(GraphOperator graph, GraphBatch batch, float[] compactGradient, float[] egoGradient)
    {
        int length = _sampler.Nodes.Length * _dimension;
        GrowingBuffer.AtLeast(ref _gradient, length);
        GrowingBuffer.AtLeast(ref _spare, length);
        GrowingBuffer.AtLeast(ref _first, length);
        if (_sendsMessages)
            GrowingBuffer.AtLeast(ref _second, length);
        float[] gradient = compactGradient;
        for (int l = _layers.Length - 1; l >= 0; l--)
        {
            float[] below = l == 0 ? egoGradient : ReferenceEquals(gradient, _gradient) ? _spare : _gradient;
            _layers[l].Backward(_sampler.Blocks[l], _inputs[l], gradient, below, (_first, _second));
            gradient = below;
        }

        return 0;
    }
}
