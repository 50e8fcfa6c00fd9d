using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// Equation 1: <c>H(l) = sigma(Z(l) W(l))</c> with <c>Z(l) = A H(l-1)</c>, and the mean of H(0)..H(L) as final table. Backward, from the
/// last layer: <c>dU = dH o sigma'(U)</c>, <c>dW = Z' dU</c>, <c>dH(l-1) = A' (dU W')</c> plus the layer's own share of the mean.
/// </summary>
internal sealed class GcnNetwork : IGraphNetwork
{
    private readonly int _nodes;
    private readonly int _dimension;
    private readonly int _threads;
    private readonly GraphActivation _activation;
    private readonly GraphParameter[] _weights;
    private readonly float[][] _aggregated;
    private readonly float[][] _hidden;
    private readonly float[] _gradient;
    private readonly float[] _spare;

    public GcnNetwork(NetworkShape shape, int layers, GraphActivation activation)
    {
        _nodes = shape.NodeCount;
        _dimension = shape.Dimension;
        _threads = shape.Threads;
        _activation = activation;
        _weights = new GraphParameter[layers];
        _aggregated = new float[layers][];
        _hidden = new float[layers][];
        float xavier = MathF.Sqrt(1f / _dimension);
        for (int l = 0; l < layers; l++)
        {
            _weights[l] = new GraphParameter($"W{l + 1}", _dimension * _dimension);
            Streams.FillNormal(_weights[l].Value, xavier, Streams.Open(shape.Seed, StreamKind.Weights, l + 1));
            _aggregated[l] = new float[_nodes * _dimension];
            _hidden[l] = new float[_nodes * _dimension];
        }

        _gradient = new float[_nodes * _dimension];
        _spare = new float[_nodes * _dimension];
    }

    public IReadOnlyList<GraphParameter> Parameters => _weights;

    public void ForwardAll(IReadOnlyList<GraphOperator> graphs, float[] ego, float[] final)
    {
        Propagate(graphs[0], ego);
        ego.CopyTo(final, 0);
        foreach (float[] hidden in _hidden)
            TensorPrimitives.Add(final, hidden, final);
        TensorPrimitives.Multiply(final, 1f / (_hidden.Length + 1), final);
    }

    public void ForwardRows(GraphOperator graph, float[] ego, GraphBatch batch, float[] compact)
    {
        NodeSet rows = batch.Nodes;
        Propagate(graph, ego);
        float mean = 1f / (_hidden.Length + 1);
        for (int r = 0; r < rows.Count; r++)
        {
            int node = rows.Nodes[r] * _dimension;
            Span<float> row = compact.AsSpan(r * _dimension, _dimension);
            ego.AsSpan(node, _dimension).CopyTo(row);
            foreach (float[] hidden in _hidden)
                TensorPrimitives.Add(row, hidden.AsSpan(node, _dimension), row);
            TensorPrimitives.Multiply(row, mean, row);
        }
    }

    public double Backward(GraphOperator graph, GraphBatch batch, float[] compactGradient, float[] egoGradient)
    {
        NodeSet rows = batch.Nodes;
        Span<float> gradient = compactGradient.AsSpan(0, rows.Count * _dimension);
        TensorPrimitives.Multiply(gradient, 1f / (_hidden.Length + 1), gradient);
        Array.Clear(egoGradient);
        CompactRows.ScatterAdd(gradient, rows.Nodes, _dimension, egoGradient);
        for (int l = _hidden.Length - 1; l >= 0; l--)
        {
            // egoGradient holds dH(l+1) here, and dH(l) at the end of the round.
            ActivationMath.MultiplyBySlope(_activation, _hidden[l], egoGradient, _gradient);
            MatMulKernel.MultiplyTransposedLeft(
                _aggregated[l], _gradient, _weights[l].Gradient, _dimension, _dimension, _nodes, threads: _threads);
            MatMulKernel.MultiplyTransposedRight(_gradient, _weights[l].Value, _spare, _nodes, _dimension, _dimension, threads: _threads);
            graph.MultiplyTransposed(_spare, egoGradient, _dimension);
            CompactRows.ScatterAdd(gradient, rows.Nodes, _dimension, egoGradient);
        }

        return 0;
    }

    private void Propagate(GraphOperator graph, float[] ego)
    {
        float[] source = ego;
        for (int l = 0; l < _hidden.Length; l++)
        {
            graph.Multiply(source, _aggregated[l], _dimension);
            MatMulKernel.Multiply(_aggregated[l], _weights[l].Value, _hidden[l], _nodes, _dimension, _dimension, threads: _threads);
            ActivationMath.Apply(_activation, _hidden[l]);
            source = _hidden[l];
        }
    }
}
