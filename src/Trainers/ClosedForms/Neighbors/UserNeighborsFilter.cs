using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>UserKNN: the users who are most like somebody who has these items are looked up, and their items are summed.</summary>
internal sealed class UserNeighborsFilter : IItemFilter
{
    private readonly InteractionGraph _graph;
    private readonly int _neighbors;
    private readonly KnnSimilarity _similarity;
    private readonly float _shrinkage;
    private readonly float[]? _recency; // users one after another
    private readonly float[]? _recencyByItem; // the same, items one after another
    private readonly int[] _offsets;
    private readonly int[] _itemOffsets;
    private readonly float[] _shared;
    private readonly float[] _factors;
    private readonly ConcurrentBag<Scratch> _scratch = [];

    /// <param name="graph">Positives.</param>
    /// <param name="neighbors">The most users that are summed.</param>
    /// <param name="similarity">The similarity.</param>
    /// <param name="shrinkage">Items for half of it.</param>
    /// <param name="recency">r of each edge, users one after another; null: all 1.</param>
    public UserNeighborsFilter(InteractionGraph graph, int neighbors, KnnSimilarity similarity, float shrinkage, float[]? recency)
    {
        (_graph, _neighbors, _similarity, _shrinkage, _recency) = (graph, neighbors, similarity, shrinkage, recency);
        _offsets = KnnWeights.Offsets(graph);
        _itemOffsets = new int[graph.ItemCount + 1];
        for (int item = 0; item < graph.ItemCount; item++)
            _itemOffsets[item + 1] = _itemOffsets[item] + graph.UsersOf(item).Length;
        _shared = KnnWeights.OfShared(similarity, graph.ItemCount, item => graph.UsersOf(item).Length, graph.UserCount);
        int[] degrees = [.. Enumerable.Range(0, graph.UserCount).Select(user => graph.ItemsOf(user).Length)];
        double[] squares = [.. degrees.Select(degree => (double)degree)];
        if (recency is not null)
        {
            _recencyByItem = new float[recency.Length];
            int[] next = _itemOffsets[..graph.ItemCount];
            for (int user = 0, edge = 0; user < graph.UserCount; user++)
            {
                squares[user] = 0;
                foreach (int item in graph.ItemsOf(user))
                {
                    squares[user] += (double)recency[edge] * recency[edge];
                    _recencyByItem[next[item]++] = recency[edge++];
                }
            }
        }

        _factors = KnnWeights.OfNodes(similarity, degrees, squares);
    }

    public int ItemCount => _graph.ItemCount;

    public bool ScoresAllAtOnce => true;

    public void Score(ReadOnlySpan<int> taken, Span<float> scores)
    {
        var scratch = Rent();
        int found = Find(taken, scratch);
        scores.Clear();
        for (int n = 0; n < found; n++)
        {
            int user = scratch.Best[n];
            var items = _graph.ItemsOf(user);
            for (int e = 0; e < items.Length; e++)
                scores[items[e]] += scratch.Weights[n] * Recency(user, e);
        }

        _scratch.Add(scratch);
    }

    public float Score(ReadOnlySpan<int> taken, int item)
    {
        var scratch = Rent();
        int found = Find(taken, scratch);
        float score = 0;
        for (int n = 0; n < found; n++)
        {
            int e = _graph.ItemsOf(scratch.Best[n]).BinarySearch(item);
            if (e >= 0)
                score += scratch.Weights[n] * Recency(scratch.Best[n], e);
        }

        _scratch.Add(scratch);
        return score;
    }

    // When the new positives were is not kept.
    public IItemFilter? Renewed(InteractionGraph graph) =>
        _recency is null ? new UserNeighborsFilter(graph, _neighbors, _similarity, _shrinkage, null) : null;

    public void Write(BinaryWriter writer)
    {
        writer.Write(_neighbors);
        writer.Write((int)_similarity);
        writer.Write(_shrinkage);
        writer.Write(_recency is not null);
        writer.Write(MemoryMarshal.AsBytes(_recency.AsSpan()));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static UserNeighborsFilter Read(BinaryReader reader, InteractionGraph graph)
    {
        int neighbors = reader.ReadInt32();
        var similarity = (KnnSimilarity)reader.ReadInt32();
        float shrinkage = reader.ReadSingle();
        if (neighbors < 1 || !Enum.IsDefined(similarity) || !(shrinkage >= 0 && float.IsFinite(shrinkage)))
            throw new FormatException(FormattableString.Invariant($"{neighbors} neighbors by {similarity}, shrinkage {shrinkage}"));
        float[]? recency = null;
        if (reader.ReadBoolean())
        {
            if ((long)graph.EdgeCount * sizeof(float) > reader.BaseStream.Length - reader.BaseStream.Position)
                throw new EndOfStreamException($"the recency of {graph.EdgeCount} positives is cut off");
            recency = new float[graph.EdgeCount];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(recency.AsSpan()));
            if (Array.Exists(recency, value => !(value > 0 && value <= 1)))
                throw new FormatException("a recency that is not above 0 and at most 1");
        }

        return new UserNeighborsFilter(graph, neighbors, similarity, shrinkage, recency);
    }

    private float Recency(int user, int e) => _recency is null ? 1 : _recency[_offsets[user] + e];

    private Scratch Rent() =>
        _scratch.TryTake(out var scratch) ? scratch : new Scratch(_graph.UserCount, Math.Min(_neighbors, _graph.UserCount));

    // The neighbors, best first, and their similarities.
    private int Find(ReadOnlySpan<int> taken, Scratch s)
    {
        foreach (int item in taken)
        {
            var users = _graph.UsersOf(item);
            for (int e = 0; e < users.Length; e++)
            {
                int user = users[e];
                if (s.Counts[user]++ == 0)
                    s.Touched.Add(user);
                s.Sums[user] += _recencyByItem is null ? _shared[item] : _shared[item] * _recencyByItem[_itemOffsets[item] + e];
            }
        }

        float own = _similarity == KnnSimilarity.Cosine ? 1 / MathF.Sqrt(taken.Length) : 1;
        foreach (int user in s.Touched)
        {
            // Who has nothing else has nothing to say: above all the user, whose row this is.
            int count = s.Counts[user];
            s.Sums[user] = count == _graph.ItemsOf(user).Length ? 0 : s.Sums[user] * own * _factors[user] * (count / (count + _shrinkage));
        }

        int found = TopKKernel.Select(s.Sums, [], s.Best, s.Weights);
        while (found > 0 && !(s.Weights[found - 1] > 0))
            found--;
        foreach (int user in s.Touched)
            (s.Sums[user], s.Counts[user]) = (0, 0);
        s.Touched.Clear();
        return found;
    }

    private sealed class Scratch(int users, int neighbors)
    {
        public float[] Sums { get; } = new float[users];

        public int[] Counts { get; } = new int[users];

        public List<int> Touched { get; } = [];

        public int[] Best { get; } = new int[neighbors];

        public float[] Weights { get; } = new float[neighbors];
    }
}
