namespace HybridRec.MLNet.Graph;

/// <summary>LightGCN: <c>final = (E + A E + ... + A^L E)/(L+1)</c>.</summary>
internal sealed class LightGcnNetwork(NetworkShape shape, int layers) : IGraphNetwork
{
    private readonly LinearPropagation _propagation = new(shape.NodeCount, shape.Dimension, layers, firstLayer: 0);

    public IReadOnlyList<GraphParameter> Parameters => [];

    public void ForwardAll(IReadOnlyList<GraphOperator> graphs, float[] ego, float[] final) =>
        _propagation.ForwardAll(graphs[0], ego, final);

    public void ForwardRows(GraphOperator graph, float[] ego, GraphBatch batch, float[] compact) =>
        _propagation.ForwardRows(graph, ego, batch.Nodes, compact);

    public double Backward(GraphOperator graph, GraphBatch batch, float[] compactGradient, float[] egoGradient)
    {
        _propagation.Backward(graph, batch.Nodes, compactGradient, egoGradient);
        return 0;
    }
}
