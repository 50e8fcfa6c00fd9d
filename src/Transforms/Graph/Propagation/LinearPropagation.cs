using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The mean of the layers first..L of <c>h(l) = A h(l-1)</c>, <c>h(0) = E</c>, with or without noise added to every layer. Noise is a
/// constant to the gradient, which is therefore the same polynomial in the transposed matrix. Two things make a step cheap: the last layer
/// is computed for the rows of the batch only, and the first product of the backward pass reads the few rows that have a gradient.
/// </summary>
internal sealed class LinearPropagation
{
    private readonly int _dimension;
    private readonly int _layerCount;
    private readonly int _firstLayer;
    private readonly float _mean;
    private readonly float[][] _layers; // a layer and the one before it take turns

    /// <param name="nodeCount">Nodes of the graph.</param>
    /// <param name="dimension">Length of the vectors.</param>
    /// <param name="layers">L.</param>
    /// <param name="firstLayer">First layer of the mean: 0 for LightGCN, 1 for models whose mean leaves the embeddings out.</param>
    public LinearPropagation(int nodeCount, int dimension, int layers, int firstLayer)
    {
        _dimension = dimension;
        _layerCount = layers;
        _firstLayer = firstLayer;
        _mean = 1f / (layers + 1 - firstLayer);
        _layers = new float[Math.Clamp(layers, 1, 2)][];
        for (int l = 0; l < _layers.Length; l++)
            _layers[l] = new float[(long)nodeCount * dimension];
    }

    /// <summary>The mean for all nodes, without noise.</summary>
    public void ForwardAll(GraphOperator graph, float[] ego, float[] final)
    {
        if (_firstLayer == 0)
            ego.CopyTo(final, 0);
        else
            Array.Clear(final);
        float[] source = ego;
        Int8Table? table = graph.Int8?.Quantize(ego, _dimension);
        for (int l = 0; l < _layerCount; l++)
        {
            float[] layer = _layers[l % 2];
            if (table is null)
                graph.Multiply(source, layer, _dimension);
            else
                (table = graph.Int8!.Next(table)).Dequantize(layer); // the next layer is made of the table, not of what it stands for
            source = layer;
            TensorPrimitives.Add(final, source, final);
        }

        TensorPrimitives.Multiply(final, _mean, final);
    }

    /// <summary>The mean for the nodes of a batch.</summary>
    /// <param name="graph">A.</param>
    /// <param name="ego">E.</param>
    /// <param name="rows">The nodes.</param>
    /// <param name="compact">Receives the mean.</param>
    /// <param name="noise">Added to every layer; null for none.</param>
    /// <param name="keptLayer">A layer to copy, 1 to L; 0 for none.</param>
    /// <param name="kept">Receives that layer, compact.</param>
    public void ForwardRows(
        GraphOperator graph, float[] ego, NodeSet rows, float[] compact, Perturbation? noise = null, int keptLayer = 0,
        float[]? kept = null)
    {
        if (_firstLayer == 0)
            CompactRows.Gather(ego, rows.Nodes, _dimension, compact);
        else
            compact.AsSpan(0, rows.Count * _dimension).Clear();
        float[] source = ego;
        for (int l = 0; l < _layerCount; l++)
        {
            bool last = l == _layerCount - 1;
            float[] layer = _layers[l % 2];
            if (last)
                graph.MultiplyRows(rows, source, layer, _dimension);
            else
                graph.Multiply(source, layer, _dimension);
            source = layer;
            noise?.Add(source, last ? rows : null, l);
            for (int r = 0; r < rows.Count; r++)
            {
                Span<float> row = compact.AsSpan(r * _dimension, _dimension);
                TensorPrimitives.Add(row, layer.AsSpan(rows.Nodes[r] * _dimension, _dimension), row);
            }

            if (l == keptLayer - 1)
                CompactRows.Gather(layer, rows.Nodes, _dimension, kept);
        }

        Span<float> mean = compact.AsSpan(0, rows.Count * _dimension);
        TensorPrimitives.Multiply(mean, _mean, mean);
    }

    /// <summary>Turns the gradient of the mean, and of one layer besides, into that of E; both compact tables serve as scratch.</summary>
    public void Backward(
        GraphOperator graph, NodeSet rows, float[] compactGradient, float[] egoGradient, int extraLayer = 0, float[]? extraGradient = null)
    {
        Span<float> gradient = compactGradient.AsSpan(0, rows.Count * _dimension);
        TensorPrimitives.Multiply(gradient, _mean, gradient);
        if (_layerCount == 0)
        {
            Array.Clear(egoGradient);
            CompactRows.ScatterAdd(gradient, rows.Nodes, _dimension, egoGradient);
            return;
        }

        float[] top = compactGradient;
        if (extraLayer == _layerCount)
        {
            top = extraGradient!;
            TensorPrimitives.Add(top.AsSpan(0, gradient.Length), gradient, top.AsSpan(0, gradient.Length));
        }

        // Horner: G, G + A'G, G + A'(G + A'G), ... The two tables take turns so that the last one is the caller's.
        float[] spare = _layers[0];
        float[] current = _layerCount % 2 == 1 ? egoGradient : spare;
        graph.MultiplyTransposedRows(rows, top, current, _dimension);
        for (int l = _layerCount - 1; ; l--)
        {
            if (l >= _firstLayer)
                CompactRows.ScatterAdd(gradient, rows.Nodes, _dimension, current);
            if (l == 0)
                return;
            if (l == extraLayer)
                CompactRows.ScatterAdd(extraGradient, rows.Nodes, _dimension, current);
            float[] next = ReferenceEquals(current, egoGradient) ? spare : egoGradient;
            graph.MultiplyTransposed(current, next, _dimension);
            current = next;
        }
    }
}
