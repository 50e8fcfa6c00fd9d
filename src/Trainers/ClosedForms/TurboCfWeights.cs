using System.Collections.Concurrent;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// The weights of Turbo-CF, computed from the graph: B_ji = ((d_j d_i)^(a-1) sum over common users u of d_u^(-2a))^s. Rows are kept, those of the most popular
/// items first, until the memory limit; they are made when the first score is asked for. Kept or not, a weight has the same bytes.
/// </summary>
internal sealed class TurboCfWeights : IItemWeights
{
    private const int RowsAtOnce = 256; // made in parallel between two looks at the limit

    private readonly InteractionGraph _graph;
    private readonly GraphFilterOptions _options;
    private readonly float[] _userWeights;
    private readonly float[] _itemFactors;
    private readonly ConcurrentBag<CooccurrenceWalk> _walks = [];
    private readonly Lazy<TurboCfRow?[]> _kept;

    /// <param name="graph">Positives.</param>
    /// <param name="options">Alpha, Power, MemoryLimitMiB and Threads.</param>
    public TurboCfWeights(InteractionGraph graph, GraphFilterOptions options)
    {
        (_graph, _options) = (graph, options);
        double alpha = options.Alpha;
        _userWeights = [.. Enumerable.Range(0, graph.UserCount).Select(user => (float)Math.Pow(Math.Max(1, graph.ItemsOf(user).Length), -2 * alpha))];
        _itemFactors = [.. Enumerable.Range(0, graph.ItemCount).Select(item => (float)Math.Pow(Math.Max(1, graph.UsersOf(item).Length), alpha - 1))];
        _kept = new Lazy<TurboCfRow?[]>(KeepRows);
    }

    /// <inheritdoc/>
    public int ItemCount => _graph.ItemCount;

    /// <summary>How many rows are kept.</summary>
    public int KeptRows => _kept.Value.Count(row => row is not null);

    /// <inheritdoc/>
    public void AddRow(int item, Span<float> scores)
    {
        if (_kept.Value[item] is { } row)
        {
            row.AddTo(scores);
            return;
        }
        var walk = Rent();
        var touched = walk.Walk(item, _userWeights);
        foreach (int other in touched)
            scores[other] += WeightOf(item, other, walk.Sums[other]);
        walk.Clear(touched);
        _walks.Add(walk);
    }

    /// <inheritdoc/>
    public float Weight(int item, int scored)
    {
        if (_kept.Value[item] is { } row)
            return row[scored];
        float sum = 0;
        ReadOnlySpan<int> users = _graph.UsersOf(item), others = _graph.UsersOf(scored);
        for (int a = 0, b = 0; a < users.Length && b < others.Length;)
        {
            if (users[a] == others[b])
                sum += _userWeights[users[a]];
            (a, b) = (users[a] <= others[b] ? a + 1 : a, others[b] <= users[a] ? b + 1 : b);
        }
        return sum == 0 ? 0 : WeightOf(item, scored, sum);
    }

    /// <inheritdoc/>
    public void Write(BinaryWriter writer)
    {
        writer.Write(_options.Alpha);
        writer.Write(_options.Power);
        writer.Write(_options.MemoryLimitMiB);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static TurboCfWeights Read(BinaryReader reader, InteractionGraph graph)
    {
        var options = new GraphFilterOptions { Alpha = reader.ReadSingle(), Power = reader.ReadSingle(), MemoryLimitMiB = reader.ReadInt32() };
        options.Check();
        return new TurboCfWeights(graph, options);
    }

    private float WeightOf(int item, int other, float sum) => MathF.Pow(_itemFactors[item] * _itemFactors[other] * sum, _options.Power);

    private CooccurrenceWalk Rent() => _walks.TryTake(out var walk) ? walk : new CooccurrenceWalk(_graph);

    private TurboCfRow?[] KeepRows()
    {
        var kept = new TurboCfRow?[ItemCount];
        int[] byPopularity = [.. Enumerable.Range(0, ItemCount).Where(item => _graph.UsersOf(item).Length > 0).OrderByDescending(item => _graph.UsersOf(item).Length)];
        long left = (long)_options.MemoryLimitMiB << 20;
        var made = new TurboCfRow[RowsAtOnce];
        for (int first = 0; first < byPopularity.Length; first += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, byPopularity.Length - first);
            Parallelism.For(count, _options.Threads, n => made[n] = Make(byPopularity[first + n]));
            for (int n = 0; n < count; n++)
            {
                left -= made[n].Bytes;
                if (left < 0)
                    return kept;
                kept[byPopularity[first + n]] = made[n];
            }
        }
        return kept;
    }

    private TurboCfRow Make(int item)
    {
        var walk = Rent();
        var touched = walk.Walk(item, _userWeights);
        touched.Sort();
        float[] values = new float[touched.Length];
        for (int e = 0; e < values.Length; e++)
            values[e] = WeightOf(item, touched[e], walk.Sums[touched[e]]);
        var row = TurboCfRow.Of(touched, values, ItemCount);
        walk.Clear(touched);
        _walks.Add(walk);
        return row;
    }
}
