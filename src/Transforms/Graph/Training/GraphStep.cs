using System.Numerics.Tensors;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// One step of training: the loss of a batch with the gradient of every parameter. All tables are made once; a
/// step allocates nothing of size.
/// </summary>
internal sealed class GraphStep
{
    private const int LeastBatchSize = 128;
    private const int UsualBatchSize = 4096;
    private const int UsualMostSteps = 256;

    private readonly int _dimension;
    private readonly float _l2;
    private readonly IBatchLoss _loss;
    private readonly CosineRows? _cosine;
    private readonly float[] _vectors;
    private readonly float[] _gradient;

    /// <param name="graph">What is trained on.</param>
    /// <param name="options">Options of the fit.</param>
    public GraphStep(TrainingGraph graph, GnnEmbeddingOptions options)
    {
        _dimension = options.Dimension;
        _l2 = options.L2Regularization;
        TrainingSettings training = options.Training;
        GraphLossSettings loss = options.Loss;
        bool cosines = options.Similarity.IsCosine;
        int batchSize = EffectiveBatchSize(graph.Interactions.EdgeCount, training.BatchSize, options.MinimumStepsPerEpoch);
        Sampler = loss.Sampler(graph.Interactions, batchSize, options.Seed);
        Batch = new GraphBatch(graph.NodeCount, batchSize, loss.NegativesOf(batchSize));
        Network = new GraphNetwork(graph, options, Batch);
        Optimizer = new GraphOptimizer(Network.Parameters, (float)training.LearningRate!.Value, training.Threads);
        _loss = loss.Of(Batch, _dimension, cosines, training.Threads);
        int rows = Batch.Nodes.Capacity;
        _cosine = cosines || loss.OfCosines ? new CosineRows(rows, _dimension, loss.ItemExponent, graph.Interactions.UserCount) : null;
        _vectors = new float[rows * _dimension];
        _gradient = new float[rows * _dimension];
    }

    public GraphNetwork Network { get; }

    public GraphOptimizer Optimizer { get; }

    public IBatchSampler Sampler { get; }

    public GraphBatch Batch { get; }

    /// <summary>
    /// An epoch of small data still has the fewest steps allowed, unless they would be of fewer than 128 interactions; without a given
    /// size, one of large data has at most 256.
    /// </summary>
    public static int EffectiveBatchSize(int interactions, int? given, int leastSteps)
    {
        int most = given ?? Math.Max(UsualBatchSize, interactions / UsualMostSteps);
        return Math.Min(most, Math.Max(LeastBatchSize, interactions / leastSteps));
    }

    /// <summary>The loss of the current batch, regularization included; the gradients of all parameters are overwritten.</summary>
    public double Compute()
    {
        NodeSet nodes = Batch.Nodes;
        Span<float> vectors = _vectors.AsSpan(0, nodes.Count * _dimension);
        Span<float> gradient = _gradient.AsSpan(0, nodes.Count * _dimension);
        Network.Forward(Batch, _vectors);
        _cosine?.Forward(vectors, nodes.Nodes);
        double loss = _loss.Step(Batch, vectors, gradient);
        _cosine?.Backward(vectors, gradient, nodes.Nodes);
        loss += Network.Backward(Batch, _gradient);
        loss += Regularize(nodes);
        Network.LayerZero.Backward();
        return loss;
    }

    // L2/(2B) * sum of |E_v|^2 over the occurrences of nodes in the batch, as LightGCN has it.
    private double Regularize(NodeSet nodes)
    {
        if (_l2 == 0)
            return 0;
        LayerZero layerZero = Network.LayerZero;
        float scale = _l2 / Batch.Size;
        double sum = 0;
        for (int r = 0; r < nodes.Count; r++)
        {
            int first = layerZero.RowOf(r, nodes.Nodes[r]) * _dimension;
            ReadOnlySpan<float> row = layerZero.Table.AsSpan(first, _dimension);
            Span<float> gradient = layerZero.Gradient.AsSpan(first, _dimension);
            int occurrences = nodes.Occurrences[r];
            sum += occurrences * (double)TensorPrimitives.SumOfSquares(row);
            TensorPrimitives.MultiplyAdd(row, scale * occurrences, gradient, gradient);
        }

        return 0.5 * scale * sum;
    }
}
