using System.Numerics.Tensors;

namespace HybridRec.MLNet.Graph;

/// <summary>The layers 0..L-1 and the served vectors of users, or of items, that <see cref="LivePropagation"/> keeps current.</summary>
internal sealed class LiveSide
{
    private readonly PropagationRule _rule;
    private readonly NodeTable _table;
    private readonly Func<int, ReadOnlySpan<int>> _neighbors;
    private readonly List<RowTable> _layers;
    private readonly RowTable _vectors;
    private readonly float[] _stranger;
    private readonly CosineRows? _cosine;
    private bool[] _known;

    /// <param name="rule">The propagation.</param>
    /// <param name="layerZero">E, which its owner grows.</param>
    /// <param name="table">The vectors served so far.</param>
    /// <param name="neighbors">The neighbors of a node, on the other side.</param>
    public LiveSide(PropagationRule rule, RowTable layerZero, NodeTable table, Func<int, ReadOnlySpan<int>> neighbors)
    {
        (_rule, _table, _neighbors, _layers) = (rule, table, neighbors, [layerZero]);
        _vectors = new RowTable(rule.Dimension, (float[])table.Vectors.Clone());
        _known = (bool[])table.Trained.Clone();
        _stranger = new float[rule.Dimension];
        _cosine = table.NormExponent is float exponent ? new CosineRows(1, rule.Dimension, exponent) : null;
        table.Get(-1, [], null, _stranger);
    }

    /// <summary>Adds the next layer.</summary>
    public void AddLayer(float[] rows) => _layers.Add(new RowTable(_rule.Dimension, rows));

    public void GrowTo(int count)
    {
        _vectors.GrowTo(count);
        foreach (RowTable layer in _layers)
            layer.GrowTo(count);
        if (_known.Length < count)
            Array.Resize(ref _known, count + (count / 2)); // with room to spare, as the tables
    }

    /// <summary>Computes layer l of a node from layer l-1 of its neighbors.</summary>
    public void Propagate(int node, int layer, LiveSide other)
    {
        Span<float> sum = layer < _rule.Layers ? _layers[layer][node] : _vectors[node];
        sum.Clear();
        ReadOnlySpan<int> neighbors = _neighbors(node);
        foreach (int neighbor in neighbors)
            TensorPrimitives.MultiplyAdd(
                other._layers[layer - 1][neighbor], _rule.Weight(neighbors.Length, other._neighbors(neighbor).Length), sum, sum);
    }

    /// <summary>Makes the served vector out of the layers, the last of which <see cref="Propagate"/> left in its place.</summary>
    public void Finish(int node)
    {
        Span<float> vector = _vectors[node];
        for (int layer = _rule.FirstLayer; layer < _rule.Layers; layer++)
            TensorPrimitives.Add(vector, _layers[layer][node], vector);
        TensorPrimitives.Multiply(vector, _rule.Mean, vector);
        _known[node] = vector.ContainsAnyExcept(0f); // all around it may be as new as it is
        _cosine?.Forward(vector);
    }

    /// <summary>The served vector of a node, valid until the next change; that of a stranger where the graph says nothing of it.</summary>
    public ReadOnlySpan<float> this[int node] =>
        node >= 0 && node < _known.Length && _known[node] ? _vectors[node] : _stranger;

    /// <summary>The vectors as a table of their own.</summary>
    public NodeTable Freeze() => _table.With(_vectors.ToArray(), _known[.._vectors.Count]);
}
