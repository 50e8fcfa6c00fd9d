namespace HybridRec.MLNet.Graph;

/// <summary>
/// XSimGCL: one pass with noise in every layer gives both the vectors of the objective, <c>(h(1) + ... + h(L))/L</c>, and the view they are
/// contrasted with, h(l*). Source: Yu et al., "XSimGCL", TKDE 2023.
/// </summary>
internal sealed class XSimGclNetwork : IGraphNetwork
{
    private readonly LinearPropagation _propagation;
    private readonly Perturbation _noise;
    private readonly ViewContrast _contrast;
    private readonly int _contrastLayer;
    private readonly int _dimension;
    private readonly float[] _final;
    private readonly float[] _view;
    private readonly float[] _viewGradient;

    public XSimGclNetwork(NetworkShape shape, IContrastModel model, int contrastLayer)
    {
        _dimension = shape.Dimension;
        _contrastLayer = contrastLayer;
        _propagation = new LinearPropagation(shape.NodeCount, _dimension, model.Layers, firstLayer: 1);
        _noise = new Perturbation(shape, model.NoiseMagnitude);
        _contrast = new ViewContrast(shape, model);
        _final = new float[shape.Batch.Nodes.Capacity * _dimension];
        _view = new float[_final.Length];
        _viewGradient = new float[_final.Length];
    }

    public IReadOnlyList<GraphParameter> Parameters => [];

    public void ForwardAll(IReadOnlyList<GraphOperator> graphs, float[] ego, float[] final) =>
        _propagation.ForwardAll(graphs[0], ego, final);

    public void ForwardRows(GraphOperator graph, float[] ego, GraphBatch batch, float[] compact)
    {
        _noise.Begin(batch, pass: 0);
        _propagation.ForwardRows(graph, ego, batch.Nodes, compact, _noise, _contrastLayer, _view);

        // The objective scales the caller's rows in place.
        compact.AsSpan(0, batch.Nodes.Count * _dimension).CopyTo(_final);
    }

    public double Backward(GraphOperator graph, GraphBatch batch, float[] compactGradient, float[] egoGradient)
    {
        _viewGradient.AsSpan(0, batch.Nodes.Count * _dimension).Clear();
        double loss = _contrast.Step(batch, _final, _view, compactGradient, _viewGradient);
        _propagation.Backward(graph, batch.Nodes, compactGradient, egoGradient, _contrastLayer, _viewGradient);
        return loss;
    }
}
