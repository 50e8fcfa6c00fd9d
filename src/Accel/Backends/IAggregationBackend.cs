namespace HybridRec.MLNet.Accel;

/// <summary>
/// Where neighbourhood aggregation runs (CPU SIMD, OpenCL, FPGA). Backends answer alike: for the same input each gives the
/// product that the CPU backend gives, within its stated precision. Implementations are safe to call from many threads.
/// </summary>
public interface IAggregationBackend
{
    /// <summary>A short name for logs and tables, such as "cpu".</summary>
    string Name { get; }

    /// <summary>One propagation: destination = adjacency * source, both row-major. The destination is overwritten.</summary>
    /// <param name="adjacency">R x C sparse matrix.</param>
    /// <param name="source">C x dimension table.</param>
    /// <param name="destination">R x dimension table; must not overlap the source.</param>
    /// <param name="dimension">Width of both tables, 1 or more.</param>
    /// <exception cref="ArgumentException">A length does not match, or the tables overlap.</exception>
    void Aggregate(CsrMatrix adjacency, ReadOnlyMemory<float> source, Memory<float> destination, int dimension);
}
