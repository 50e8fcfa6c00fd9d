using System.Collections.Concurrent;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// The weights of Turbo-CF, computed from the graph: B_ji = ((d_j d_i)^(a-1) sum over common users u of d_u^(-2a))^s. Rows are kept,
/// those of the most popular items first, until the memory limit; they are made when the first score is asked for. Kept or not, a weight
/// has the same bytes.
/// </summary>
internal sealed class TurboCfWeights : IItemWeights
{
    private const int RowsAtOnce = 256; // made in parallel between two looks at the limit

    private readonly InteractionGraph _graph;
    private readonly float _alpha;
    private readonly float _power;
    private readonly int _memoryLimitMiB;
    private readonly int _threads;
    private readonly float[] _userWeights;
    private readonly float[] _itemFactors;
    private readonly ConcurrentBag<CooccurrenceWalk> _walks = [];
    private readonly Lazy<TurboCfRow?[]> _kept;

    /// <param name="graph">Positives.</param>
    /// <param name="alpha">Exponent of the degrees.</param>
    /// <param name="power">Exponent of each weight.</param>
    /// <param name="memoryLimitMiB">Memory for the rows that are kept.</param>
    /// <param name="threads">Threads that make them; 0: all cores.</param>
    public TurboCfWeights(InteractionGraph graph, float alpha, float power, int memoryLimitMiB, int threads)
    {
        (_graph, _alpha, _power, _memoryLimitMiB, _threads) = (graph, alpha, power, memoryLimitMiB, threads);
        double exponent = alpha;
        _userWeights = [.. Degrees(graph.UserCount, user => graph.ItemsOf(user).Length).Select(d => (float)Math.Pow(d, -2 * exponent))];
        _itemFactors = [.. Degrees(graph.ItemCount, item => graph.UsersOf(item).Length).Select(d => (float)Math.Pow(d, exponent - 1))];
        _kept = new Lazy<TurboCfRow?[]>(KeepRows);
    }

    /// <inheritdoc/>
    public int ItemCount => _graph.ItemCount;

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
    public IItemFilter Renewed(InteractionGraph graph) => new TurboCfWeights(graph, _alpha, _power, _memoryLimitMiB, _threads);

    /// <inheritdoc/>
    public void Write(BinaryWriter writer)
    {
        writer.Write(_alpha);
        writer.Write(_power);
        writer.Write(_memoryLimitMiB);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static TurboCfWeights Read(BinaryReader reader, InteractionGraph graph)
    {
        float alpha = reader.ReadSingle(), power = reader.ReadSingle();
        int memoryLimitMiB = reader.ReadInt32();
        if (alpha is not (>= 0 and <= 1) || !(power > 0 && float.IsFinite(power)) || memoryLimitMiB < 1)
            throw new FormatException(FormattableString.Invariant($"exponents {alpha} and {power} with {memoryLimitMiB} MiB"));
        return new TurboCfWeights(graph, alpha, power, memoryLimitMiB, threads: 0);
    }

    private float WeightOf(int item, int other, float sum) => MathF.Pow(_itemFactors[item] * _itemFactors[other] * sum, _power);

    private static IEnumerable<int> Degrees(int count, Func<int, int> degree) =>
        Enumerable.Range(0, count).Select(n => Math.Max(1, degree(n)));

    private CooccurrenceWalk Rent() => _walks.TryTake(out var walk) ? walk : new CooccurrenceWalk(_graph);

    private TurboCfRow?[] KeepRows()
    {
        var kept = new TurboCfRow?[ItemCount];
        int[] byPopularity =
        [
            .. Enumerable.Range(0, ItemCount).Where(item => _graph.UsersOf(item).Length > 0)
                .OrderByDescending(item => _graph.UsersOf(item).Length),
        ];
        long left = (long)_memoryLimitMiB << 20;
        var made = new TurboCfRow[RowsAtOnce];
        for (int first = 0; first < byPopularity.Length; first += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, byPopularity.Length - first);
            Parallelism.For(count, _threads, n => made[n] = Make(byPopularity[first + n]));
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
