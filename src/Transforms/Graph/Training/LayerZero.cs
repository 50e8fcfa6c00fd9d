using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The layer-0 table E = id embeddings + features times a trained projection: <c>E_i = id_i + x_i P</c>. Nodes without an edge start, and stay, with
/// an id embedding of zero, so that nothing random flows from them when the serving graph connects them.
/// </summary>
internal sealed class LayerZero
{
    // LightGCN's 0.1 for dot products. A cosine does not see the length, but a step of Adam turns a short vector further: on gowalla the first epoch
    // gives Recall@20 .116 from 0.01 and .094 from 0.1.
    private const float DotDeviation = 0.1f;
    private const float CosineDeviation = 0.01f;

    private readonly int _dimension;
    private readonly int _threads;
    private readonly (NodeFeatureTable Features, GraphParameter Projection, int FirstNode)[] _sides;
    private readonly GraphParameter _embedding;

    public LayerZero(InteractionGraph graph, GnnEmbeddingOptions options, NodeFeatureTable? userFeatures, NodeFeatureTable? itemFeatures, int threads)
    {
        _dimension = options.Dimension;
        _threads = threads;
        _embedding = new GraphParameter("Embedding", checked(graph.NodeCount * _dimension));
        float initial = options.Similarity == GraphSimilarity.Cosine ? CosineDeviation : DotDeviation;
        FillNormal(_embedding.Value, initial, Streams.Open(options.Seed, StreamKind.Embedding));
        for (int node = 0; node < graph.NodeCount; node++)
        {
            bool isolated = node < graph.UserCount ? graph.ItemsOf(node).IsEmpty : graph.UsersOf(node - graph.UserCount).IsEmpty;
            if (isolated)
                _embedding.Value.AsSpan(node * _dimension, _dimension).Clear();
        }

        var sides = new List<(NodeFeatureTable, GraphParameter, int)>();
        Add(userFeatures, "UserProjection", 0);
        Add(itemFeatures, "ItemProjection", graph.UserCount);
        _sides = [.. sides];
        Parameters = [_embedding, .. _sides.Select(s => s.Projection)];
        Table = _sides.Length == 0 ? _embedding.Value : new float[_embedding.Value.Length];

        void Add(NodeFeatureTable? features, string name, int firstNode)
        {
            if (features is null)
                return;
            // A row x has length 1 on average, so a step of Adam on P moves x P by up to sqrt(width) times what it moves an id embedding: the rate makes up for
            // it, and the initial values are as small as the ids'. Otherwise the text runs ahead and the ids never catch up.
            var projection = new GraphParameter(name, features.Width * _dimension) { Rate = 1 / MathF.Sqrt(features.Width) };
            FillNormal(projection.Value, initial, Streams.Open(options.Seed, StreamKind.Weights, 0, firstNode == 0 ? 0 : 1));
            sides.Add((features, projection, firstNode));
        }
    }

    /// <summary>What is trained: the id embeddings, then the projections.</summary>
    public IReadOnlyList<GraphParameter> Parameters { get; }

    /// <summary>E; current after <see cref="Compute"/>.</summary>
    public float[] Table { get; }

    /// <summary>Where the gradient of E goes: the sum makes it the id embeddings' own.</summary>
    public float[] Gradient => _embedding.Gradient;

    /// <summary>Brings <see cref="Table"/> up to date with the parameters.</summary>
    public void Compute()
    {
        if (_sides.Length == 0)
            return;
        _embedding.Value.CopyTo(Table, 0);
        foreach ((NodeFeatureTable features, GraphParameter projection, int firstNode) in _sides)
        {
            Span<float> rows = Table.AsSpan(firstNode * _dimension, features.Count * _dimension);
            MatMulKernel.Multiply(features.Rows, projection.Value, rows, features.Count, _dimension, features.Width, accumulate: true, _threads);
        }
    }

    /// <summary>Gives the projections their gradients <c>X' dE</c>.</summary>
    public void Backward()
    {
        foreach ((NodeFeatureTable features, GraphParameter projection, int firstNode) in _sides)
        {
            ReadOnlySpan<float> rows = Gradient.AsSpan(firstNode * _dimension, features.Count * _dimension);
            MatMulKernel.MultiplyTransposedLeft(features.Rows, rows, projection.Gradient, features.Width, _dimension, features.Count, threads: _threads);
        }
    }

    internal static void FillNormal(Span<float> values, float deviation, Xoshiro256 random)
    {
        foreach (ref float value in values)
            value = (float)(deviation * random.NextNormal());
    }
}
