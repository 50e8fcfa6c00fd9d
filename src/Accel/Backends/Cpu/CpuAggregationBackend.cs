using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// Aggregation by SIMD on the CPU. Rows are split into chunks of about equal work, and each row is summed by one thread in
/// column order, so that the result has the same bytes for any number of threads.
/// </summary>
public sealed class CpuAggregationBackend : IAggregationBackend
{
    private const int RoundedPerChunk = 1024;

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
    public string Name => "cpu";

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
            SpmmBFloat16Kernel.Multiply(adjacency, rounded, destination.Span, dimension, adjacency.RowChunks[chunk], adjacency.RowChunks[chunk + 1]));
    }

    /// <summary>Rounds a table.</summary>
    internal void Round(ReadOnlyMemory<float> source, uint[] rounded, int dimension)
    {
        int rows = source.Length / dimension, words = BFloat16Table.RowWords(dimension);
        Parallelism.For((rows + RoundedPerChunk - 1) / RoundedPerChunk, _threads, chunk =>
        {
            int first = chunk * RoundedPerChunk, count = Math.Min(RoundedPerChunk, rows - first);
            BFloat16Table.Round(source.Span.Slice(first * dimension, count * dimension), rounded.AsSpan(first * words, count * words), dimension);
        });
    }
}
