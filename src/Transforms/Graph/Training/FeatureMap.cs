using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Graph;

/// <summary>The trained map of some nodes' features into layer 0: <c>x P</c>, or <c>LeakyReLU(x W1) W2</c> with <c>dW2 = H' dE</c> and <c>dW1 = X' (dE W2' o phi')</c>.</summary>
internal sealed class FeatureMap
{
    private readonly float[] _rows;
    private readonly int _count;
    private readonly int _width;
    private readonly int _firstNode;
    private readonly int _dimension;
    private readonly int _threads;
    private readonly GraphParameter _output;
    private readonly GraphParameter? _input;
    private readonly float[] _hidden = [];
    private readonly float[] _hiddenGradient = [];

    /// <param name="name">Start of the parameters' names.</param>
    /// <param name="rows">Features, row after row, each of length 1 on average.</param>
    /// <param name="width">Length of a row.</param>
    /// <param name="firstNode">The node of the first row; the others follow it.</param>
    /// <param name="initial">Standard deviation of the layer-0 vectors at the start.</param>
    /// <param name="stream">Number of the random stream.</param>
    /// <param name="options">Options of the fit.</param>
    public FeatureMap(string name, float[] rows, int width, int firstNode, float initial, int stream, GnnEmbeddingOptions options)
    {
        _rows = rows;
        _count = rows.Length / width;
        _width = width;
        _firstNode = firstNode;
        _dimension = options.Dimension;
        _threads = options.Threads;
        int units = width;
        if (options.FeatureProjection == GraphFeatureProjection.Mlp)
        {
            units = options.FeatureHiddenSize;
            _input = new GraphParameter(name + "W1", width * units) { Rate = Rate(width) };

            // A hidden row of length about 1 too, so that the second matrix starts and moves as a single one does.
            LayerZero.FillNormal(_input.Value, Rate(units), Streams.Open(options.Seed, StreamKind.FeatureWeights, 0, stream));
            Hidden = new HiddenLayer(_input.Value, width);
            _hidden = new float[_count * units];
            _hiddenGradient = new float[_hidden.Length];
        }

        // A row x has length 1 on average, so a step of Adam on P moves x P by up to sqrt(width) times what it moves an id embedding: the rate makes up for
        // it, and the initial values are as small as the ids'. Otherwise the text runs ahead and the ids never catch up.
        _output = new GraphParameter(name, units * _dimension) { Rate = Rate(units) };
        LayerZero.FillNormal(_output.Value, initial, Streams.Open(options.Seed, StreamKind.Weights, 0, stream));
        Parameters = _input is null ? [_output] : [_input, _output];

        static float Rate(int length) => 1 / MathF.Sqrt(length);
    }

    public IReadOnlyList<GraphParameter> Parameters { get; }

    /// <summary>The hidden layer; null for a linear map.</summary>
    public HiddenLayer? Hidden { get; }

    /// <summary>The map as it is now, for rows of a table that it was made for, or of nodes to come.</summary>
    public FeatureProjection Frozen(NodeFeatureTable features) => new(_width, Hidden, _output.Value, _dimension, features.Mean, features.Scale);

    /// <summary>Adds the mapped features to their nodes' rows of layer 0.</summary>
    public void AddTo(float[] layerZero)
    {
        Hidden?.Apply(_rows, _hidden, _threads);
        MatMulKernel.Multiply(Inputs, _output.Value, Own(layerZero), _count, _dimension, Units, accumulate: true, _threads);
    }

    /// <summary>Gives the parameters their gradients.</summary>
    public void Backward(float[] layerZeroGradient)
    {
        ReadOnlySpan<float> gradient = Own(layerZeroGradient);
        MatMulKernel.MultiplyTransposedLeft(Inputs, gradient, _output.Gradient, Units, _dimension, _count, threads: _threads);
        if (_input is null)
            return;
        MatMulKernel.MultiplyTransposedRight(gradient, _output.Value, _hiddenGradient, _count, Units, _dimension, threads: _threads);
        HiddenLayer.MultiplyBySlope(_hidden, _hiddenGradient);
        MatMulKernel.MultiplyTransposedLeft(_rows, _hiddenGradient, _input.Gradient, _width, Units, _count, threads: _threads);
    }

    private int Units => Hidden?.Units ?? _width;

    private float[] Inputs => Hidden is null ? _rows : _hidden;

    private Span<float> Own(float[] table) => table.AsSpan(_firstNode * _dimension, _count * _dimension);
}
