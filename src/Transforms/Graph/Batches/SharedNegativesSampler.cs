using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>Every edge once an epoch, in a shuffled order, with negatives that the whole batch shares.</summary>
internal sealed class SharedNegativesSampler : IBatchSampler
{
    private readonly int _userCount;
    private readonly int _batchSize;
    private readonly SharedNegatives _negatives;
    private readonly int _seed;
    private readonly int[] _edgeUsers;
    private readonly int[] _edgeItems;
    private readonly int[] _order;
    private int _epoch;

    public SharedNegativesSampler(InteractionGraph graph, int batchSize, SharedNegatives negatives, int seed)
    {
        _userCount = graph.UserCount;
        _batchSize = batchSize;
        _negatives = negatives;
        _seed = seed;
        _edgeUsers = new int[graph.EdgeCount];
        _edgeItems = new int[graph.EdgeCount];
        _order = new int[graph.EdgeCount];
        int edge = 0;
        for (int user = 0; user < graph.UserCount; user++)
        {
            foreach (int item in graph.ItemsOf(user))
                (_edgeUsers[edge], _edgeItems[edge++]) = (user, item);
        }
    }

    public int StepsPerEpoch => (_order.Length + _batchSize - 1) / _batchSize;

    public void BeginEpoch(int epoch)
    {
        _epoch = epoch;
        var random = Streams.Open(_seed, StreamKind.Permutation, epoch);

        // From the identity each time: the order depends on the epoch, not on the epochs before it.
        for (int i = 0; i < _order.Length; i++)
        {
            int j = random.NextInt32(i + 1);
            _order[i] = _order[j];
            _order[j] = i;
        }
    }

    public void Fill(int step, GraphBatch batch)
    {
        var random = Streams.Open(_seed, StreamKind.Batch, _epoch, step);
        batch.Nodes.Clear();
        (batch.Epoch, batch.Step) = (_epoch, step);
        int first = step * _batchSize;
        batch.Size = Math.Min(_batchSize, _order.Length - first);
        for (int b = 0; b < batch.Size; b++)
        {
            int edge = _order[first + b];
            batch.Users[b] = batch.Nodes.Add(_edgeUsers[edge]);
            batch.Positives[b] = batch.Nodes.Add(_userCount + _edgeItems[edge]);
        }

        _negatives.Fill(batch, ref random);
    }
}
