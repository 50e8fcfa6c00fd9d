using System.Numerics.Tensors;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// LightGCN: <c>final = (E + A E + ... + A^L E)/(L+1)</c>. The gradient is the same polynomial in the transposed matrix. Two things make a step cheap: the last
/// layer is computed for the rows of the batch only, and the first product of the backward pass reads the few rows that have a gradient.
/// </summary>
internal sealed class LightGcnModel : IGraphModel
{
    private readonly int _dimension;
    private readonly int _layerCount;
    private readonly float[][] _layers;

    public LightGcnModel(int nodeCount, int dimension, int layers)
    {
        _dimension = dimension;
        _layerCount = layers;
        _layers = new float[Math.Max(layers, 1)][];
        for (int l = 0; l < _layers.Length; l++)
            _layers[l] = new float[(long)nodeCount * dimension];
    }

    public IReadOnlyList<GraphParameter> Parameters => [];

    public void ForwardAll(GraphOperator graph, float[] ego, float[] final)
    {
        ego.CopyTo(final, 0);
        float[] source = ego;
        for (int l = 0; l < _layerCount; l++)
        {
            graph.Multiply(source, _layers[l], _dimension);
            source = _layers[l];
            TensorPrimitives.Add(final, source, final);
        }

        TensorPrimitives.Multiply(final, 1f / (_layerCount + 1), final);
    }

    public void ForwardRows(GraphOperator graph, float[] ego, NodeSet rows, float[] compact)
    {
        float[] source = ego;
        for (int l = 0; l < _layerCount; l++)
        {
            if (l == _layerCount - 1)
                graph.MultiplyRows(rows, source, _layers[l], _dimension);
            else
                graph.Multiply(source, _layers[l], _dimension);
            source = _layers[l];
        }

        float mean = 1f / (_layerCount + 1);
        for (int r = 0; r < rows.Count; r++)
        {
            int node = rows.Nodes[r] * _dimension;
            Span<float> row = compact.AsSpan(r * _dimension, _dimension);
            ego.AsSpan(node, _dimension).CopyTo(row);
            for (int l = 0; l < _layerCount; l++)
                TensorPrimitives.Add(row, _layers[l].AsSpan(node, _dimension), row);
            TensorPrimitives.Multiply(row, mean, row);
        }
    }

    public void Backward(GraphOperator graph, NodeSet rows, float[] compactGradient, float[] egoGradient)
    {
        Span<float> gradient = compactGradient.AsSpan(0, rows.Count * _dimension);
        TensorPrimitives.Multiply(gradient, 1f / (_layerCount + 1), gradient);

        // Horner: G, G + A'G, G + A'(G + A'G), ... The two tables take turns so that the last one is the caller's.
        float[] spare = _layers[0];
        float[] current = _layerCount % 2 == 1 ? egoGradient : spare;
        if (_layerCount == 0)
        {
            Array.Clear(egoGradient);
            AddRows(rows, gradient, egoGradient);
            return;
        }

        graph.MultiplyTransposedRows(rows, compactGradient, current, _dimension);
        AddRows(rows, gradient, current);
        for (int l = 1; l < _layerCount; l++)
        {
            float[] next = ReferenceEquals(current, egoGradient) ? spare : egoGradient;
            graph.MultiplyTransposed(current, next, _dimension);
            AddRows(rows, gradient, next);
            current = next;
        }
    }

    private void AddRows(NodeSet rows, ReadOnlySpan<float> compact, float[] table)
    {
        for (int r = 0; r < rows.Count; r++)
        {
            Span<float> row = table.AsSpan(rows.Nodes[r] * _dimension, _dimension);
            TensorPrimitives.Add(row, compact.Slice(r * _dimension, _dimension), row);
        }
    }
}
