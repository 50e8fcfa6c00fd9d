using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The trained map of some nodes' features into layer 0: <c>x P</c>, or <c>LeakyReLU(x W1) W2</c> with <c>dW2 = H' dE</c> and
/// <c>dW1 = X' (dE W2' o phi')</c>.
/// </summary>
internal sealed class FeatureNetwork
{
    private readonly float[] _rows;
    private readonly int _total;
    private readonly int _width;
    private readonly int _firstNode;
    private readonly int _dimension;
    private readonly int _threads;
    private readonly GraphParameter _output;
    private readonly GraphParameter? _input;
    private int _count;
    private bool _selects;
    private int[] _places = [];
    private float[] _selected = [];
    private float[] _mapped = [];
    private float[] _hidden = [];
    private float[] _hiddenGradient = [];

    /// <param name="name">Start of the parameters' names.</param>
    /// <param name="rows">Features, row after row, each of length 1 on average.</param>
    /// <param name="width">Length of a row.</param>
    /// <param name="firstNode">The node of the first row; the others follow it.</param>
    /// <param name="initial">Standard deviation of the layer-0 vectors at the start.</param>
    /// <param name="stream">Number of the random stream.</param>
    /// <param name="options">Options of the fit.</param>
    public FeatureNetwork(string name, float[] rows, int width, int firstNode, float initial, int stream, GnnEmbeddingOptions options)
    {
        _rows = rows;
        _count = _total = rows.Length / width;
        _width = width;
        _firstNode = firstNode;
        _dimension = options.Dimension;
        _threads = options.Training.Threads;
        int units = width;
        if (options.FeatureProjection.HiddenSize is { } hiddenSize)
        {
            units = hiddenSize;
            _input = new GraphParameter(name + "W1", width * units) { Rate = Rate(width) };

            // A hidden row of length about 1 too, so that the second matrix starts and moves as a single one does.
            Streams.FillNormal(_input.Value, Rate(units), Streams.Open(options.Seed, StreamKind.FeatureWeights, 0, stream));
            Hidden = new HiddenLayer(_input.Value, width);
        }

        // A row x has length 1 on average, so a step of Adam on P moves x P by up to sqrt(width) times what it moves an id embedding: the
        // rate makes up for it, and the initial values are as small as the ids'. Otherwise the text runs ahead and the ids never catch up.
        _output = new GraphParameter(name, units * _dimension) { Rate = Rate(units) };
        Streams.FillNormal(_output.Value, initial, Streams.Open(options.Seed, StreamKind.Weights, 0, stream));
        Parameters = _input is null ? [_output] : [_input, _output];

        static float Rate(int length) => 1 / MathF.Sqrt(length);
    }

    public IReadOnlyList<GraphParameter> Parameters { get; }

    /// <summary>The hidden layer; null for a linear map.</summary>
    public HiddenLayer? Hidden { get; }

    /// <summary>
    /// P, the matrix into layer 0: <see cref="Hidden"/>'s units, or without it the width of the features, times the dimension.
    /// </summary>
    public float[] Output => _output.Value;

    /// <summary>The map as it is now, for rows of a table that it was made for, or of nodes to come.</summary>
    public FeatureProjection Frozen(NodeFeatureTable features) =>
        new(_width, Hidden, _output.Value, _dimension, features.Mean, features.Scale);

    /// <summary>From here on the tables below are those of some nodes only, in their order; of these, this map has its own side.</summary>
    public void Select(ReadOnlySpan<int> nodes)
    {
        _selects = true;
        _count = 0;
        GrowingBuffer.AtLeast(ref _places, nodes.Length);
        for (int place = 0; place < nodes.Length; place++)
        {
            int row = nodes[place] - _firstNode;
            if ((uint)row >= (uint)_total)
                continue;
            float[] selected = GrowingBuffer.AtLeast(ref _selected, (_count + 1) * _width);
            _rows.AsSpan(row * _width, _width).CopyTo(selected.AsSpan(_count * _width));
            _places[_count++] = place;
        }
    }

    /// <summary>Adds the mapped features to their nodes' rows of layer 0.</summary>
    public void AddTo(Span<float> layerZero)
    {
        if (Hidden is not null)
            Hidden.Apply(Rows, GrowingBuffer.AtLeast(ref _hidden, _count * Units).AsSpan(0, _count * Units), _threads);
        Span<float> destination = _selects ? Mapped : Own(layerZero);
        MatMulKernel.Multiply(Inputs, _output.Value, destination, _count, _dimension, Units, accumulate: !_selects, _threads);
        if (_selects)
            CompactRows.ScatterAdd(destination, _places.AsSpan(0, _count), _dimension, layerZero);
    }

    /// <summary>Gives the parameters their gradients.</summary>
    public void Backward(float[] layerZeroGradient)
    {
        Span<float> gradient = Own(layerZeroGradient);
        if (_selects)
        {
            gradient = Mapped;
            CompactRows.Gather(layerZeroGradient, _places.AsSpan(0, _count), _dimension, gradient);
        }

        MatMulKernel.MultiplyTransposedLeft(Inputs, gradient, _output.Gradient, Units, _dimension, _count, threads: _threads);
        if (_input is null)
            return;
        Span<float> hiddenGradient = GrowingBuffer.AtLeast(ref _hiddenGradient, _count * Units).AsSpan(0, _count * Units);
        MatMulKernel.MultiplyTransposedRight(gradient, _output.Value, hiddenGradient, _count, Units, _dimension, threads: _threads);
        HiddenLayer.MultiplyBySlope(Inputs, hiddenGradient);
        MatMulKernel.MultiplyTransposedLeft(Rows, hiddenGradient, _input.Gradient, _width, Units, _count, threads: _threads);
    }

    private int Units => Hidden?.Units ?? _width;

    private ReadOnlySpan<float> Rows => _selects ? _selected.AsSpan(0, _count * _width) : _rows;

    private ReadOnlySpan<float> Inputs => Hidden is null ? Rows : _hidden.AsSpan(0, _count * Units);

    private Span<float> Mapped => GrowingBuffer.AtLeast(ref _mapped, _count * _dimension).AsSpan(0, _count * _dimension);

    private Span<float> Own(Span<float> table) => _selects ? default : table.Slice(_firstNode * _dimension, _total * _dimension);
}
