using System.Buffers;
using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// Approximate search for the largest inner products: an inverted file (Jegou, Douze and Schmid, TPAMI 2011). Rows are clustered by k-means
/// and stored cluster after cluster in 8 bits; a query scans the clusters that promise most, <c>q . c + |q| s sqrt(2 ln n)</c> with s the
/// deviation of the cluster's n rows in one direction (the expected maximum of so many), and the rows that may be among the best are scored
/// in Single. How many clusters are scanned is calibrated on queries, to a recall asked for. Equal scores come by ascending row;
/// deterministic, immutable, thread-safe.
/// </summary>
internal sealed class ClusterIndex : ApproximateIndex
{
    private const int StackQuery = 2048;

    private readonly VectorTable _table;
    private readonly float[] _centroids;
    private readonly float[] _reach;
    private readonly int[] _offsets;
    private readonly int[] _rowAt;
    private readonly Int8Rows _int8;
    private readonly ClusterPartition _partition;

    private ClusterIndex(VectorTable table, ClusterPartition partition, int threads)
    {
        int d = table.Dimension;
        (_table, _partition) = (table, partition);
        _centroids = partition.Centroids;
        _offsets = new int[partition.Count + 1];
        foreach (int cluster in partition.ClusterOf)
            _offsets[cluster + 1]++;
        for (int c = 0; c < partition.Count; c++)
            _offsets[c + 1] += _offsets[c];
        _rowAt = new int[table.Count];
        int[] next = _offsets[..^1];
        for (int row = 0; row < table.Count; row++)
            _rowAt[next[partition.ClusterOf[row]]++] = row;
        _reach = new float[partition.Count];
        var ordered = new float[checked(table.Count * d)];
        for (int c = 0; c < partition.Count; c++)
        {
            double squares = 0;
            ReadOnlySpan<float> centroid = _centroids.AsSpan(c * d, d);
            for (int at = _offsets[c]; at < _offsets[c + 1]; at++)
            {
                ReadOnlySpan<float> row = table[_rowAt[at]];
                row.CopyTo(ordered.AsSpan(at * d));
                float distance = TensorPrimitives.Distance(row, centroid);
                squares += distance * distance;
            }

            int count = _offsets[c + 1] - _offsets[c];
            if (count > 0)
                _reach[c] = (float)(Math.Sqrt(squares / count / d) * Math.Sqrt(2 * Math.Log(Math.Max(2, count))));
        }

        _int8 = Int8Rows.Create(ordered, d, threads);
        Probes = partition.Count;
    }

    /// <summary>Clusters.</summary>
    public int ClusterCount => _reach.Length;

    /// <summary>Clusters a query scans.</summary>
    public int Probes { get; private set; }

    /// <summary>Builds an index.</summary>
    /// <param name="table">The rows; kept for the dot products of Single.</param>
    /// <param name="queries">Queries x dimension, such as those that will be asked: the calibration takes them.</param>
    /// <param name="depth">Length of the lists whose recall is calibrated.</param>
    /// <param name="recall">The recall wanted, in (0, 1].</param>
    /// <param name="seed">Draws the sample that is clustered.</param>
    /// <param name="threads">Threads; 0 takes all cores. The index does not depend on it.</param>
    /// <param name="cancellationToken">Stops the building.</param>
    public static ClusterIndex Build(
        VectorTable table, ReadOnlyMemory<float> queries, int depth, double recall, int seed, int threads,
        CancellationToken cancellationToken)
    {
        int clusters = Math.Clamp((int)(2 * Math.Sqrt(table.Count)), 1, Math.Max(1, table.Count));
        var index = new ClusterIndex(table, ClusterPartition.Fit(table, clusters, seed, threads, cancellationToken), threads);
        (index.Probes, index.Recall) = new RecallCalibration(queries, table.Dimension, Math.Min(depth, table.Count), recall)
            .Fit(1, clusters, (query, probes, rows, scores) => index.Search(query, probes, [], rows, scores), threads, cancellationToken);
        return index;
    }

    /// <inheritdoc/>
    public override ApproximateIndex With(VectorTable table, int[] changed, int threads, CancellationToken cancellationToken) =>
        new ClusterIndex(table, _partition.With(table, changed, threads, cancellationToken), threads) { Probes = Probes, Recall = Recall };

    /// <inheritdoc/>
    public override int Search(ReadOnlySpan<float> query, ReadOnlySpan<int> excludedSorted, Span<int> rows, Span<float> scores) =>
        Search(query, Probes, excludedSorted, rows, scores);

    private int Search(ReadOnlySpan<float> query, int probes, ReadOnlySpan<int> excludedSorted, Span<int> rows, Span<float> scores)
    {
        Guard.Length(query.Length, _table.Dimension, nameof(query), "the dimension");
        if (rows.IsEmpty || _table.Count == 0)
            return 0;
        int clusters = ClusterCount;
        float[] promise = ArrayPool<float>.Shared.Rent(2 * clusters);
        int[] order = ArrayPool<int>.Shared.Rent(clusters);
        Span<float> expected = promise.AsSpan(0, clusters);
        GatherDotKernel.Dot(query, _centroids, _table.Dimension, [], expected);
        TensorPrimitives.MultiplyAdd(_reach, TensorPrimitives.Norm(query), expected, expected);
        int scanned = TopKKernel.Select(expected, [], order.AsSpan(0, probes), promise.AsSpan(clusters, probes));

        Span<short> rounded = _int8.QueryLength <= StackQuery ? stackalloc short[_int8.QueryLength] : new short[_int8.QueryLength];
        Int8Rows.Query prepared = _int8.Prepare(query, rounded);
        var best = new BoundedTopK(rows.Length);
        for (int i = 0; i < scanned; i++)
            _int8.Scan(prepared, rounded, _offsets[order[i]], _offsets[order[i] + 1], excludedSorted, _rowAt, ref best);
        int found = _table.Rank(query, best.Rows(), rows, scores);
        best.Dispose();
        ArrayPool<int>.Shared.Return(order);
        ArrayPool<float>.Shared.Return(promise);
        // Small clusters and exclusions must not shorten a list.
        return found < Math.Min(rows.Length, _table.Count - excludedSorted.Length) && probes < clusters
            ? Search(query, Math.Min(clusters, probes * 4), excludedSorted, rows, scores)
            : found;
    }
}
