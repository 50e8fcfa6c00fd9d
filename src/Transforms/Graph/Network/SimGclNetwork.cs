namespace HybridRec.MLNet.Graph;

/// <summary>
/// SimGCL: the objective sees <c>(A E + ... + A^L E)/L</c> without noise; two more passes, each with noise of its own in every layer, are
/// contrasted with each other. The three passes are the same linear map, so their gradients go back together in one. Source: Yu et al.,
/// "Are Graph Augmentations Necessary?", SIGIR 2022.
/// </summary>
internal sealed class SimGclNetwork : IGraphNetwork
{
    private readonly LinearPropagation _propagation;
    private readonly Perturbation _noise;
    private readonly ViewContrast _contrast;
    private readonly float[] _first;
    private readonly float[] _second;

    public SimGclNetwork(NetworkShape shape, IContrastModel model)
    {
        _propagation = new LinearPropagation(shape.NodeCount, shape.Dimension, model.Layers, firstLayer: 1);
        _noise = new Perturbation(shape, model.NoiseMagnitude);
        _contrast = new ViewContrast(shape, model);
        _first = new float[shape.Batch.Nodes.Capacity * shape.Dimension];
        _second = new float[_first.Length];
    }

    public IReadOnlyList<GraphParameter> Parameters => [];

    public void ForwardAll(IReadOnlyList<GraphOperator> graphs, float[] ego, float[] final) =>
        _propagation.ForwardAll(graphs[0], ego, final);

    public void ForwardRows(GraphOperator graph, float[] ego, GraphBatch batch, float[] compact)
    {
        View(pass: 0, _first);
        View(pass: 1, _second);
        _propagation.ForwardRows(graph, ego, batch.Nodes, compact);

        void View(int pass, float[] view)
        {
            _noise.Begin(batch, pass);
            _propagation.ForwardRows(graph, ego, batch.Nodes, view, _noise);
        }
    }

    public double Backward(GraphOperator graph, GraphBatch batch, float[] compactGradient, float[] egoGradient)
    {
        double loss = _contrast.Step(batch, _first, _second, compactGradient, compactGradient);
        _propagation.Backward(graph, batch.Nodes, compactGradient, egoGradient);
        return loss;
    }
}
