using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The layer-0 table E = id embeddings + mapped features: <c>E_i = id_i + f(x_i)</c>, either of which may be missing. Users and items without an interaction of the loss, and values of attributes
/// that training does not reach, start with an id embedding of zero, so that nothing random flows from them when the serving graph connects them; without a gradient they stay there.
/// </summary>
internal sealed class LayerZero
{
    // LightGCN's 0.1 for dot products. A cosine does not see the length, but a step of Adam turns a short vector further: on gowalla the first epoch
    // gives Recall@20 .116 from 0.01 and .094 from 0.1.
    private const float DotDeviation = 0.1f;
    private const float CosineDeviation = 0.01f;

    private readonly GraphParameter? _embedding;

    public LayerZero(InteractionGraph graph, GnnEmbeddingOptions options, NodeFeatureTable? userFeatures, NodeFeatureTable? itemFeatures, bool[] reached)
    {
        float initial = options.Similarity == GraphSimilarity.Cosine ? CosineDeviation : DotDeviation;
        if (options.HasIdEmbeddings)
            _embedding = Embedding(graph, options, initial, reached);
        if (options.Model == GraphModel.AlphaRec)
        {
            ItemMap = new FeatureMap("Projection", ContentRows.Build(graph, itemFeatures!), itemFeatures!.Width, 0, initial, 1, options);
        }
        else
        {
            UserMap = userFeatures is null ? null : new FeatureMap("UserProjection", userFeatures.Rows, userFeatures.Width, 0, initial, 0, options);
            ItemMap = itemFeatures is null ? null : new FeatureMap("ItemProjection", itemFeatures.Rows, itemFeatures.Width, graph.UserCount, initial, 1, options);
        }

        Parameters = [.. _embedding is null ? [] : (GraphParameter[])[_embedding], .. UserMap?.Parameters ?? [], .. ItemMap?.Parameters ?? []];
        bool mapped = UserMap is not null || ItemMap is not null;
        Table = mapped ? new float[checked(reached.Length * options.Dimension)] : _embedding!.Value;
        Gradient = _embedding?.Gradient ?? new float[Table.Length];
    }

    /// <summary>What is trained: the id embeddings, then the maps of features.</summary>
    public IReadOnlyList<GraphParameter> Parameters { get; }

    /// <summary>E; current after <see cref="Compute"/>.</summary>
    public float[] Table { get; }

    /// <summary>Where the gradient of E goes: the sum makes it the id embeddings' own.</summary>
    public float[] Gradient { get; }

    /// <summary>The hidden layer over the features of users; null without one.</summary>
    public HiddenLayer? UserHidden => UserMap?.Hidden;

    /// <summary>The hidden layer over the features of items; null without one.</summary>
    public HiddenLayer? ItemHidden => ItemMap?.Hidden;

    /// <summary>The map of users' features; null without one.</summary>
    public FeatureMap? UserMap { get; }

    /// <summary>The map of items' features (AlphaRec: of all nodes'); null without one.</summary>
    public FeatureMap? ItemMap { get; }

    /// <summary>Brings <see cref="Table"/> up to date with the parameters.</summary>
    public void Compute()
    {
        if (ReferenceEquals(Table, _embedding?.Value))
            return;
        if (_embedding is null)
            Array.Clear(Table);
        else
            _embedding.Value.CopyTo(Table, 0);
        UserMap?.AddTo(Table);
        ItemMap?.AddTo(Table);
    }

    /// <summary>Gives the maps of features their gradients.</summary>
    public void Backward()
    {
        UserMap?.Backward(Gradient);
        ItemMap?.Backward(Gradient);
    }

    internal static void FillNormal(Span<float> values, float deviation, Xoshiro256 random)
    {
        foreach (ref float value in values)
            value = (float)(deviation * random.NextNormal());
    }

    private static GraphParameter Embedding(InteractionGraph graph, GnnEmbeddingOptions options, float initial, bool[] reached)
    {
        int dimension = options.Dimension;
        var embedding = new GraphParameter("Embedding", checked(reached.Length * dimension));
        FillNormal(embedding.Value, initial, Streams.Open(options.Seed, StreamKind.Embedding));
        for (int node = 0; node < reached.Length; node++)
        {
            bool starts = node < graph.UserCount ? !graph.ItemsOf(node).IsEmpty
                : node < graph.NodeCount ? !graph.UsersOf(node - graph.UserCount).IsEmpty
                : reached[node];
            if (!starts)
                embedding.Value.AsSpan(node * dimension, dimension).Clear();
        }

        return embedding;
    }
}
