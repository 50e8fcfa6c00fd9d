using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// Aggregation by SIMD on the CPU. Rows are split into chunks of about equal work, and each row is summed by one thread in
/// column order, so that the result has the same bytes for any number of threads.
/// </summary>
public sealed class CpuAggregationBackend : IAggregationBackend
{
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
}
