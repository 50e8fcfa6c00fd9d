using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The sampler of LightGCN's own code: a user uniformly, one of the user's items, and an item the user never touched; as many
/// draws an epoch as there are edges.
/// </summary>
internal sealed class PairwiseSampler : IBatchSampler
{
    private readonly InteractionGraph _graph;
    private readonly int _batchSize;
    private readonly int _seed;
    private readonly int[] _users;
    private readonly int[] _items;
    private int _epoch;

    public PairwiseSampler(InteractionGraph graph, int batchSize, int seed)
    {
        _graph = graph;
        _batchSize = batchSize;
        _seed = seed;
        // An item without an edge is cold, not disliked: it serves as a negative only when no other item does.
        _items = GraphNodes.ItemsWithEdges(graph);
        _users = Unsaturated();
        if (_users.Length == 0)
        {
            _items = [.. Enumerable.Range(0, graph.ItemCount)];
            _users = Unsaturated();
        }

        if (_users.Length == 0)
        {
            throw new InvalidOperationException(
                "BPR needs a user and an item that never met, but every user of the training data has every item; use " +
                "GraphLoss.SampledSoftmax, or data with more items.");
        }
    }

    public int StepsPerEpoch => (_graph.EdgeCount + _batchSize - 1) / _batchSize;

    public void BeginEpoch(int epoch) => _epoch = epoch;

    public void Fill(int step, GraphBatch batch)
    {
        var random = Streams.Open(_seed, StreamKind.Batch, _epoch, step);
        batch.Nodes.Clear();
        (batch.Epoch, batch.Step) = (_epoch, step);
        batch.Size = Math.Min(_batchSize, _graph.EdgeCount - (step * _batchSize));
        batch.NegativeCount = batch.Size;
        for (int b = 0; b < batch.Size; b++)
        {
            int user = _users[random.NextInt32(_users.Length)];
            ReadOnlySpan<int> items = _graph.ItemsOf(user);
            int positive = items[random.NextInt32(items.Length)];
            int negative;
            do
            {
                negative = _items[random.NextInt32(_items.Length)];
            }
            while (items.BinarySearch(negative) >= 0);

            batch.Users[b] = batch.Nodes.Add(user);
            batch.Positives[b] = batch.Nodes.Add(_graph.UserCount + positive);
            batch.Negatives[b] = batch.Nodes.Add(_graph.UserCount + negative);
        }
    }

    private int[] Unsaturated() => [.. GraphNodes.UsersWithEdges(_graph).Where(u => _graph.ItemsOf(u).Length < _items.Length)];
}
