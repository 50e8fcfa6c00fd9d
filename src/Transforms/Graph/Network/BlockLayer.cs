using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// One layer of GraphSAGE and of PinSage: <c>z_v = h_v W_self + n_v W_neigh + b</c> with <c>n_v = sum over u of w_vu m(h_u)</c>, m the
/// identity or <c>sigma(h Q + q)</c>; but for the last layer the result is <c>a/|a|</c>, <c>a = sigma(z)</c>. Backward:
/// <c>dW_self = h' dz</c>, <c>dW_neigh = n' dz</c>, <c>db = sum dz</c>, <c>dm = B' (dz W_neigh')</c>, <c>dQ = h' (dm o sigma')</c>,
/// <c>dh = dz W_self'</c> (destinations) <c>+ (dm o sigma') Q'</c> (sources).
/// </summary>
internal sealed class BlockLayer
{
    private const int ChunkRows = 4096;
    private const float Noise = 0.1f;

    private readonly int _dimension;
    private readonly int _threads;
    private readonly bool _last;
    private readonly GraphActivation _activation;
    private readonly GraphParameter _self;
    private readonly GraphParameter _neighbor;
    private readonly GraphParameter _bias;
    private readonly GraphParameter? _message;
    private readonly GraphParameter? _messageBias;
    private readonly CosineRows _cosine;
    private float[] _messages = [];
    private float[] _aggregated = [];
    private float[] _activated = [];
    private float[] _output = [];

    /// <param name="number">1 for the first layer.</param>
    /// <param name="model">Settings of the model.</param>
    /// <param name="shape">What the network is made for.</param>
    public BlockLayer(int number, ISampledModel model, NetworkShape shape)
    {
        _dimension = shape.Dimension;
        _threads = shape.Threads;
        _last = number == model.Layers;
        _activation = model.Activation;
        _cosine = new CosineRows(0, _dimension);

        _self = Matrix("Self", 0);
        _neighbor = Matrix("Neighbor", 1);
        _bias = new GraphParameter($"Bias{number}", _dimension);
        Parameters = [_self, _neighbor, _bias];
        if (model.Walks is not null)
        {
            _message = Matrix("Message", 2);
            _messageBias = new GraphParameter($"MessageBias{number}", _dimension);
            Parameters = [.. Parameters, _message, _messageBias];
        }

        // Near the identity a node starts as the mean of itself and its neighbors, which is a recommender already: random matrices have to
        // find that first, and learn the interactions by heart meanwhile (ml-latest-small: NDCG@20 .284 against .124). The rate is that of
        // a map of features, for the same reason.
        GraphParameter Matrix(string name, int stream)
        {
            var matrix = new GraphParameter($"{name}{number}", _dimension * _dimension) { Rate = 1 / MathF.Sqrt(_dimension) };
            Streams.FillNormal(matrix.Value, Noise / MathF.Sqrt(_dimension), Streams.Open(shape.Seed, StreamKind.Weights, number, stream));
            for (int i = 0; i < matrix.Value.Length; i += _dimension + 1)
                matrix.Value[i] += 1;
            return matrix;
        }
    }

    public IReadOnlyList<GraphParameter> Parameters { get; }

    /// <summary>W_self and b: all that is left of the layer for a node without neighbors.</summary>
    public (float[] Self, float[] Bias) OwnWeights => (_self.Value, _bias.Value);

    /// <summary>The rows of the block's destinations.</summary>
    /// <param name="block">Who is whose neighbor.</param>
    /// <param name="input">Rows of its sources.</param>
    /// <returns>A table of the layer's own, at least as long as needed.</returns>
    public float[] Forward(SampledBlock block, float[] input)
    {
        int length = block.Destinations * _dimension;
        float[] messages = input;
        if (_message is not null)
        {
            messages = GrowingBuffer.AtLeast(ref _messages, block.Sources * _dimension);
            Send(input.AsSpan(0, block.Sources * _dimension), messages.AsSpan(0, block.Sources * _dimension));
        }

        GrowingBuffer.AtLeast(ref _aggregated, length);
        GrowingBuffer.AtLeast(ref _activated, length);
        GrowingBuffer.AtLeast(ref _output, length);
        block.Multiply(messages, _aggregated, _dimension, _threads);
        Span<float> activated = _activated.AsSpan(0, length);
        Span<float> output = _output.AsSpan(0, length);
        Combine(input.AsSpan(0, length), _aggregated.AsSpan(0, length), activated);
        activated.CopyTo(output);
        if (!_last)
            _cosine.Forward(output);
        return _output;
    }

    /// <summary>Overwrites the gradients of the parameters, and that of the input with what comes through this layer.</summary>
    /// <param name="block">The block of the last <see cref="Forward"/>.</param>
    /// <param name="input">Its input.</param>
    /// <param name="gradient">In: of its result; changed.</param>
    /// <param name="inputGradient">Out.</param>
    /// <param name="scratch">Two tables for whatever is in between.</param>
    public void Backward(
        SampledBlock block, float[] input, float[] gradient, float[] inputGradient, (float[] First, float[] Second) scratch)
    {
        (int rows, int sources) = (block.Destinations, block.Sources);
        int length = rows * _dimension;
        Span<float> slope = gradient.AsSpan(0, length);
        if (!_last)
        {
            _cosine.Backward(_output.AsSpan(0, length), slope);
            ActivationMath.MultiplyBySlope(_activation, _activated.AsSpan(0, length), slope, slope);
        }

        MatMulKernel.MultiplyTransposedLeft(
            input.AsSpan(0, length), slope, _self.Gradient, _dimension, _dimension, rows, threads: _threads);
        MatMulKernel.MultiplyTransposedLeft(
            _aggregated.AsSpan(0, length), slope, _neighbor.Gradient, _dimension, _dimension, rows, threads: _threads);
        SumRows(slope, _bias.Gradient);

        int wide = sources * _dimension;
        MatMulKernel.MultiplyTransposedRight(
            slope, _neighbor.Value, scratch.First.AsSpan(0, length), rows, _dimension, _dimension, threads: _threads);
        if (_message is null)
        {
            block.MultiplyTransposed(scratch.First, inputGradient, _dimension, _threads);
        }
        else
        {
            Span<float> sent = scratch.Second.AsSpan(0, wide);
            block.MultiplyTransposed(scratch.First, scratch.Second, _dimension, _threads);
            ActivationMath.MultiplyBySlope(_activation, _messages.AsSpan(0, wide), sent, sent);
            MatMulKernel.MultiplyTransposedLeft(
                input.AsSpan(0, wide), sent, _message.Gradient, _dimension, _dimension, sources, threads: _threads);
            SumRows(sent, _messageBias!.Gradient);
            MatMulKernel.MultiplyTransposedRight(
                sent, _message.Value, inputGradient.AsSpan(0, wide), sources, _dimension, _dimension, threads: _threads);
        }

        MatMulKernel.MultiplyTransposedRight(
            slope, _self.Value, inputGradient.AsSpan(0, length), rows, _dimension, _dimension, accumulate: true, _threads);
    }

    /// <summary>All nodes with all their neighbors, in place; between two tables of all nodes there is a chunk of rows.</summary>
    /// <param name="graph">Who is whose neighbor.</param>
    /// <param name="table">In: h(l-1); out: h(l).</param>
    /// <param name="aggregated">Receives the sums over neighbors.</param>
    /// <param name="messages">Receives what neighbors send, in PinSage.</param>
    public void ForwardAll(GraphOperator graph, float[] table, float[] aggregated, float[]? messages)
    {
        if (_message is not null)
        {
            foreach ((int first, int length) in Chunks(table.Length))
                Send(table.AsSpan(first, length), messages.AsSpan(first, length));
        }

        graph.Multiply(_message is null ? table : messages!, aggregated, _dimension);
        float[] scratch = new float[Math.Min(table.Length, ChunkRows * _dimension)];
        foreach ((int first, int length) in Chunks(table.Length))
        {
            Span<float> rows = scratch.AsSpan(0, length);
            Combine(table.AsSpan(first, length), aggregated.AsSpan(first, length), rows);
            if (!_last)
                _cosine.Forward(rows);
            rows.CopyTo(table.AsSpan(first));
        }
    }

    private IEnumerable<(int First, int Length)> Chunks(int total)
    {
        int step = ChunkRows * _dimension;
        for (int first = 0; first < total; first += step)
            yield return (first, Math.Min(step, total - first));
    }

    // sigma(h Q + q)
    private void Send(ReadOnlySpan<float> rows, Span<float> messages)
    {
        MatMulKernel.Multiply(rows, _message!.Value, messages, rows.Length / _dimension, _dimension, _dimension, threads: _threads);
        AddToRows(_messageBias!.Value, messages);
        ActivationMath.Apply(_activation, messages);
    }

    // sigma(h W_self + n W_neigh + b), without sigma in the last layer
    private void Combine(ReadOnlySpan<float> own, ReadOnlySpan<float> aggregated, Span<float> result)
    {
        int rows = own.Length / _dimension;
        MatMulKernel.Multiply(own, _self.Value, result, rows, _dimension, _dimension, threads: _threads);
        MatMulKernel.Multiply(aggregated, _neighbor.Value, result, rows, _dimension, _dimension, accumulate: true, _threads);
        AddToRows(_bias.Value, result);
        if (!_last)
            ActivationMath.Apply(_activation, result);
    }

    private void AddToRows(ReadOnlySpan<float> bias, Span<float> rows)
    {
        for (int first = 0; first < rows.Length; first += _dimension)
        {
            Span<float> row = rows.Slice(first, _dimension);
            TensorPrimitives.Add(row, bias, row);
        }
    }

    private void SumRows(ReadOnlySpan<float> rows, Span<float> sum)
    {
        sum.Clear();
        for (int first = 0; first < rows.Length; first += _dimension)
            TensorPrimitives.Add(sum, rows.Slice(first, _dimension), sum);
    }
}
