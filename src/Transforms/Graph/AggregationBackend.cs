using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet;

/// <summary>Chooses what computes the neighbour aggregation <c>A x</c> of a graph model. All backends answer alike; they differ in speed.</summary>
public abstract record AggregationBackend
{
    private protected AggregationBackend()
    {
    }

    /// <summary>The SIMD kernels of this library on the processor's cores.</summary>
    /// <value>The default of <see cref="GnnEmbeddingOptions.Aggregation"/>.</value>
    public static AggregationBackend Cpu { get; } = new CpuSelection();

    /// <summary>Uses a backend of your own.</summary>
    /// <param name="backend">The backend; the caller keeps and disposes it.</param>
    /// <returns>The choice to put into <see cref="GnnEmbeddingOptions.Aggregation"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="backend"/> is null.</exception>
    public static AggregationBackend From(IAggregationBackend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return new GivenSelection(backend);
    }

    /// <summary>The backend to use for one fit.</summary>
    internal abstract IAggregationBackend Resolve(int threads);

    private sealed record CpuSelection : AggregationBackend
    {
        internal override IAggregationBackend Resolve(int threads) => new CpuAggregationBackend(threads);
    }

    private sealed record GivenSelection(IAggregationBackend Backend) : AggregationBackend
    {
        internal override IAggregationBackend Resolve(int threads) => Backend;
    }
}
