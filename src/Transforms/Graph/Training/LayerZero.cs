using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The layer-0 table E = id embeddings + mapped features: <c>E_i = id_i + f(x_i)</c>, either of which may be missing. Users and items
/// without an interaction of the loss, and values of attributes that training does not reach, start with an id embedding of zero, so that
/// nothing random flows from them when the serving graph connects them; without a gradient they stay there.
/// </summary>
internal sealed class LayerZero : ILayerZero
{
    // LightGCN's 0.1 for dot products. A cosine does not see the length, but a step of Adam turns a short vector further: on gowalla the
    // first epoch gives Recall@20 .116 from 0.01 and .094 from 0.1.
    private const float DotDeviation = 0.1f;
    private const float CosineDeviation = 0.01f;

    // Nodes whose features are mapped at once where all nodes are wanted and only some have a table.
    private const int ChunkNodes = 4096;

    private readonly int _dimension;
    private readonly int _nodeCount;
    private readonly bool _sampled;
    private readonly GraphParameter? _embedding;
    private readonly int _userCount;
    private readonly NodeFeatureTable? _userFeatures;
    private readonly NodeFeatureTable? _itemFeatures;
    private bool[] _cold = [];
    private int _coldCount;
    private bool _compact;
    private float[] _all = [];
    private float[] _rows = [];
    private float[] _gradient = [];

    public LayerZero(
        InteractionGraph graph, GnnEmbeddingOptions options, NodeFeatureTable? userFeatures, NodeFeatureTable? itemFeatures, bool[] reached)
    {
        _dimension = options.Dimension;
        _nodeCount = reached.Length;
        _sampled = options.Model.Sampled is not null;
        (_userCount, _userFeatures, _itemFeatures) = (graph.UserCount, userFeatures, itemFeatures);

        // Sampled models have biases, which would outgrow short vectors within a few steps.
        float initial = options.Similarity.IsCosine && !_sampled ? CosineDeviation : DotDeviation;
        if (options.HasIdEmbeddings)
            _embedding = Embedding(graph, options, initial, reached);
        if (options.Model.StartsFromContent)
        {
            ItemMap = new FeatureNetwork(
                "Projection", ContentRows.Build(graph, itemFeatures!), itemFeatures!.Width, 0, initial, 1, options);
        }
        else
        {
            UserMap = userFeatures is null
                ? null
                : new FeatureNetwork("UserProjection", userFeatures.Rows, userFeatures.Width, 0, initial, 0, options);
            ItemMap = itemFeatures is null
                ? null
                : new FeatureNetwork("ItemProjection", itemFeatures.Rows, itemFeatures.Width, graph.UserCount, initial, 1, options);
        }

        Parameters =
        [
            .. _embedding is null ? [] : (GraphParameter[])[_embedding], .. UserMap?.Parameters ?? [], .. ItemMap?.Parameters ?? []
        ];
        bool mapped = UserMap is not null || ItemMap is not null;
        if (!mapped)
            _all = _embedding!.Value;
        else if (!_sampled)
            _all = new float[checked(_nodeCount * _dimension)];
        Table = _all;
        if (_embedding is null && !_sampled)
            _gradient = new float[Table.Length];
    }

    /// <summary>What is trained: the id embeddings, then the maps of features.</summary>
    public IReadOnlyList<GraphParameter> Parameters { get; }

    /// <summary>E, or the rows of it that were computed last.</summary>
    public float[] Table { get; private set; }

    /// <summary>Where the gradient of <see cref="Table"/> goes: the sum makes it the id embeddings' own.</summary>
    public float[] Gradient => _embedding?.Gradient ?? _gradient;

    /// <summary>The map of users' features; null without one.</summary>
    public FeatureNetwork? UserMap { get; }

    /// <summary>The map of items' features (AlphaRec: of all nodes'); null without one.</summary>
    public FeatureNetwork? ItemMap { get; }

    /// <inheritdoc/>
    public void Compute()
    {
        _compact = false;
        Table = GrowingBuffer.AtLeast(ref _all, checked(_nodeCount * _dimension));
        if (ReferenceEquals(Table, _embedding?.Value))
            return;
        if (_embedding is null)
            Array.Clear(Table);
        else
            _embedding.Value.CopyTo(Table, 0);
        if (!_sampled)
        {
            AddMapped(Table);
            return;
        }

        for (int first = 0; first < _nodeCount; first += ChunkNodes)
        {
            int[] nodes = [.. Enumerable.Range(first, Math.Min(ChunkNodes, _nodeCount - first))];
            Select(nodes);
            AddMapped(Table.AsSpan(first * _dimension, nodes.Length * _dimension));
        }
    }

    /// <inheritdoc/>
    public void Compute(ReadOnlySpan<int> nodes, ReadOnlySpan<bool> cold = default)
    {
        _compact = true;
        cold.CopyTo(GrowingBuffer.AtLeast(ref _cold, cold.Length));
        _coldCount = cold.Length;
        Table = GrowingBuffer.AtLeast(ref _rows, checked(nodes.Length * _dimension));
        Span<float> table = Table.AsSpan(0, nodes.Length * _dimension);
        if (_embedding is null)
        {
            table.Clear();
            GrowingBuffer.AtLeast(ref _gradient, table.Length);
        }
        else
        {
            CompactRows.Gather(_embedding.Value, nodes, _dimension, table);
            _embedding.Touch(nodes);
            ClearCold(table);
        }

        Select(nodes);
        AddMapped(table);
    }

    /// <summary>Gives the maps of features their gradients.</summary>
    public void Backward()
    {
        UserMap?.Backward(Gradient);
        ItemMap?.Backward(Gradient);
        if (_embedding is not null)
            ClearCold(Gradient);
    }

    /// <summary>Where a node of a batch is in <see cref="Table"/>.</summary>
    /// <param name="place">Its place in the batch.</param>
    /// <param name="node">Its number.</param>
    public int RowOf(int place, int node) => _compact ? place : node;

    /// <inheritdoc/>
    public bool HasFeatures(int node) =>
        node < _userCount ? _userFeatures?.Present[node] == true : _itemFeatures?.Present[node - _userCount] == true;

    private void ClearCold(Span<float> table)
    {
        for (int row = 0; row < _coldCount; row++)
        {
            if (_cold[row])
                table.Slice(row * _dimension, _dimension).Clear();
        }
    }

    private void Select(ReadOnlySpan<int> nodes)
    {
        UserMap?.Select(nodes);
        ItemMap?.Select(nodes);
    }

    private void AddMapped(Span<float> table)
    {
        UserMap?.AddTo(table);
        ItemMap?.AddTo(table);
    }

    private static GraphParameter Embedding(InteractionGraph graph, GnnEmbeddingOptions options, float initial, bool[] reached)
    {
        int dimension = options.Dimension;
        var embedding = new GraphParameter(
            "Embedding", checked(reached.Length * dimension), options.Model.Sampled is not null ? dimension : 0);
        Streams.FillNormal(embedding.Value, initial, Streams.Open(options.Seed, StreamKind.Embedding));
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
