using System.Diagnostics;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// Aggregation by SIMD on the CPU. Rows are split into chunks of about equal work, and each row is summed by one thread in
/// column order, so that the result has the same bytes for any number of threads.
/// </summary>
public sealed class CpuAggregationBackend : IAggregationBackend
{
    internal const string BackendName = "cpu";

    private const int RoundedPerChunk = 1024;
    private const int NodesPerChunk = 256;

    private static readonly AggregationCapabilities s_capabilities = new() { Single = true, Int8 = true, Sampling = true };

    private readonly int _threads;

    /// <summary>Creates a backend.</summary>
    /// <param name="threads">Threads of one call. <value>The default, 0, takes all cores.</value></param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public CpuAggregationBackend(int threads = 0)
    {
        Guard.AtLeast(threads, 0, nameof(threads));
        _threads = threads;
    }

    /// <inheritdoc/>
    public string Name => BackendName;

    /// <inheritdoc/>
    public AggregationCapabilities Capabilities => s_capabilities;

    /// <inheritdoc/>
    public AggregationEstimate Estimate(AggregationWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return CostModel.Processor(work, Parallelism.Resolve(_threads));
    }

    /// <inheritdoc/>
    public void Aggregate(CsrMatrix adjacency, ReadOnlyMemory<float> source, Memory<float> destination, int dimension)
    {
        ArgumentNullException.ThrowIfNull(adjacency);
        SpmmKernel.Check(adjacency, source.Span, destination.Span, dimension);
        int chunks = adjacency.RowChunks.Length - 1;
        Parallelism.For(chunks, _threads, chunk =>
        {
            ReadOnlySpan<int> bounds = adjacency.RowChunks;
            SpmmKernel.Multiply(adjacency, source.Span, destination.Span, dimension, bounds[chunk], bounds[chunk + 1]);
        });
    }

    /// <inheritdoc/>
    public AggregationRun Aggregate(
        Int16Adjacency adjacency, Int8Table source, Int8Table destination, CancellationToken cancellation = default)
    {
        BackendCheck.Int8(this, adjacency, source, destination);
        return Run(adjacency.RowChunks.Length - 1, cancellation, chunk =>
            Int8AggregationKernel.Multiply(adjacency, source, destination, adjacency.RowChunks[chunk], adjacency.RowChunks[chunk + 1]));
    }

    /// <inheritdoc/>
    public AggregationRun AggregateRaw(
        Int16Adjacency adjacency, Int8Table source, Memory<int> destination, CancellationToken cancellation = default)
    {
        BackendCheck.Raw(this, adjacency, source, destination);
        return Run(adjacency.RowChunks.Length - 1, cancellation, chunk =>
            Int8AggregationKernel.MultiplyRaw(
                adjacency, source, destination.Span, adjacency.RowChunks[chunk], adjacency.RowChunks[chunk + 1]));
    }

    /// <inheritdoc/>
    public AggregationRun Sample(
        NeighborTable table, ReadOnlyMemory<int> nodes, int fanout, uint seed, Memory<int> neighbors, Memory<int> counts,
        CancellationToken cancellation = default)
    {
        BackendCheck.Sampling(this, table, nodes.Span, fanout, neighbors.Length, counts.Length);
        return Run((nodes.Length + NodesPerChunk - 1) / NodesPerChunk, cancellation, chunk =>
        {
            for (int i = chunk * NodesPerChunk, end = Math.Min(nodes.Length, i + NodesPerChunk); i < end; i++)
                counts.Span[i] = NeighborSamplingReference.Sample(table, nodes.Span[i], seed, neighbors.Span.Slice(i * fanout, fanout));
        });
    }

    /// <summary>The same product over the source rounded to bfloat16.</summary>
    /// <param name="adjacency">The matrix.</param>
    /// <param name="source">Columns x dimension.</param>
    /// <param name="rounded">Receives the rounded source: columns x <see cref="BFloat16Table.RowWords"/>.</param>
    /// <param name="destination">Rows x dimension; overwritten.</param>
    /// <param name="dimension">Width of the tables.</param>
    internal void Aggregate(CsrMatrix adjacency, ReadOnlyMemory<float> source, uint[] rounded, Memory<float> destination, int dimension)
    {
        Round(source, rounded, dimension);
        Parallelism.For(adjacency.RowChunks.Length - 1, _threads, chunk =>
            SpmmBFloat16Kernel.Multiply(
                adjacency, rounded, destination.Span, dimension, adjacency.RowChunks[chunk], adjacency.RowChunks[chunk + 1]));
    }

    /// <summary>Rounds a table.</summary>
    internal void Round(ReadOnlyMemory<float> source, uint[] rounded, int dimension)
    {
        int rows = source.Length / dimension, words = BFloat16Table.RowWords(dimension);
        Parallelism.For((rows + RoundedPerChunk - 1) / RoundedPerChunk, _threads, chunk =>
        {
            int first = chunk * RoundedPerChunk, count = Math.Min(RoundedPerChunk, rows - first);
            BFloat16Table.Round(
                source.Span.Slice(first * dimension, count * dimension), rounded.AsSpan(first * words, count * words), dimension);
        });
    }

    private AggregationRun Run(int chunks, CancellationToken cancellation, Action<int> body)
    {
        long start = Stopwatch.GetTimestamp();
        Parallelism.For(chunks, _threads, chunk =>
        {
            cancellation.ThrowIfCancellationRequested();
            body(chunk);
        });
        return new AggregationRun(Name, Figure.Measured(Stopwatch.GetElapsedTime(start)));
    }
}
