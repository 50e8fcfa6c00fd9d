using System.Buffers;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// An <see cref="IVectorIndex"/> behind a table: rows it finds are scored by the table. How many it is asked for is calibrated on queries
/// to a recall. Rows that changed since it was built are always among the candidates, so a refresh costs no building until they are a
/// sixteenth of the table; then it is built anew. Where it would be asked for more than an eighth, the table is scanned.
/// </summary>
internal sealed class RerankedIndex : ApproximateIndex
{
    private const int ChangedShare = 16, AskedShare = 8;
    private const int Everything = int.MaxValue / 2; // an effort beyond any table, with room for exclusions

    private readonly IVectorIndexFactory _factory;
    private readonly IVectorIndex _index;
    private readonly VectorTable _table;
    private readonly int[] _changed;

    private RerankedIndex(IVectorIndexFactory factory, IVectorIndex index, VectorTable table, int[] changed, int effort, double recall)
    {
        (_factory, _index, _table, _changed, Effort, Recall) = (factory, index, table, changed, effort, recall);
    }

    /// <summary>Rows the index is asked for.</summary>
    public int Effort { get; }

    /// <summary>Builds an index.</summary>
    /// <param name="factory">Builds what finds the candidates.</param>
    /// <param name="table">The rows.</param>
    /// <param name="queries">Queries x dimension, such as those that will be asked: the calibration takes them.</param>
    /// <param name="depth">Length of the lists whose recall is calibrated.</param>
    /// <param name="recall">The recall wanted, in (0, 1].</param>
    /// <param name="threads">Threads of the calibration; 0 takes all cores.</param>
    /// <param name="cancellationToken">Stops the building.</param>
    public static RerankedIndex Build(
        IVectorIndexFactory factory, VectorTable table, ReadOnlyMemory<float> queries, int depth, double recall, int threads,
        CancellationToken cancellationToken)
    {
        IVectorIndex index = factory.Create(table.Values, table.Dimension, cancellationToken);
        int k = Math.Min(depth, table.Count), most = Most(table);
        var asked = new RerankedIndex(factory, index, table, [], Everything, 1);
        var (effort, reached) = new RecallCalibration(queries, table.Dimension, k, recall)
            .Fit(k, most, (query, effort, rows, scores) => asked.Search(query, effort, [], rows, scores), threads, cancellationToken);
        return effort < most ? new RerankedIndex(factory, index, table, [], effort, reached) : asked;
    }

    /// <inheritdoc/>
    public override ApproximateIndex With(VectorTable table, int[] changed, int threads, CancellationToken cancellationToken)
    {
        int[] all = [.. _changed.Union(changed).Order()];
        return all.Length > table.Count / ChangedShare && Effort < Everything // else it is not asked
            ? new RerankedIndex(_factory, _factory.Create(table.Values, table.Dimension, cancellationToken), table, [], Effort, Recall)
            : new RerankedIndex(_factory, _index, table, all, Effort, Recall);
    }

    /// <inheritdoc/>
    public override int Search(ReadOnlySpan<float> query, ReadOnlySpan<int> excludedSorted, Span<int> rows, Span<float> scores) =>
        Search(query, Math.Max(Effort, rows.Length) + excludedSorted.Length, excludedSorted, rows, scores);

    private static int Most(VectorTable table) => Math.Max(1, table.Count / AskedShare);

    private int Search(ReadOnlySpan<float> query, int asked, ReadOnlySpan<int> excludedSorted, Span<int> rows, Span<float> scores)
    {
        Guard.Length(query.Length, _table.Dimension, nameof(query), "the dimension");
        if (asked >= Most(_table))
            return _table.Search(query, excludedSorted, rows, scores);
        int[] candidates = ArrayPool<int>.Shared.Rent(asked + _changed.Length);
        _changed.CopyTo(candidates, 0);
        int count = _changed.Length, end = count + _index.Search(query, candidates.AsSpan(count, asked));
        for (int at = count; at < end; at++)
        {
            if (Array.BinarySearch(_changed, candidates[at]) < 0)
                candidates[count++] = candidates[at];
        }

        Span<int> kept = candidates.AsSpan(0, count);
        kept.Sort();
        int found = _table.Rank(query, kept[..Without(kept, excludedSorted)], rows, scores);
        ArrayPool<int>.Shared.Return(candidates);
        // Exclusions, and an index that found less than it was asked for, must not shorten a list.
        return found < Math.Min(rows.Length, _table.Count - excludedSorted.Length)
            ? Search(query, checked(asked * 4), excludedSorted, rows, scores)
            : found;
    }

    // Both ascending; those that stay come first.
    private static int Without(Span<int> rows, ReadOnlySpan<int> excluded)
    {
        int kept = 0, next = 0;
        foreach (int row in rows)
        {
            while (next < excluded.Length && excluded[next] < row)
                next++;
            if (next == excluded.Length || excluded[next] != row)
                rows[kept++] = row;
        }

        return kept;
    }
}
