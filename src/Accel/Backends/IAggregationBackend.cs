namespace HybridRec.MLNet.Accel;

/// <summary>
/// Where neighborhood aggregation and sampling run (CPU SIMD, OpenCL, FPGA). Backends answer alike: in Single each gives the product that
/// the CPU backend gives within rounding, in 8 bits the same bytes, and the same neighbors. Implementations are safe to call from many
/// threads. A backend that has resources of its own is <see cref="IDisposable"/>.
/// </summary>
public interface IAggregationBackend
{
    /// <summary>A short name for logs and tables, such as "cpu".</summary>
    string Name { get; }

    /// <summary>What the backend can do.</summary>
    /// <value>The default is <see cref="AggregationCapabilities.SingleOnly"/>.</value>
    AggregationCapabilities Capabilities => AggregationCapabilities.SingleOnly;

    /// <summary>Whether it answers still; false once its device is lost or given back.</summary>
    /// <value>The default is true.</value>
    bool IsUsable => true;

    /// <summary>What an aggregation is expected to cost, by a model that gives the same answer every time.</summary>
    /// <param name="work">Its size.</param>
    /// <returns>The estimate; null where the backend has none, or should be taken by name only, such as a simulation.</returns>
    AggregationEstimate? Estimate(AggregationWork work) => null;

    /// <summary>One propagation: destination = adjacency * source, both row-major. The destination is overwritten.</summary>
    /// <param name="adjacency">R x C sparse matrix.</param>
    /// <param name="source">C x dimension table.</param>
    /// <param name="destination">R x dimension table; must not overlap the source.</param>
    /// <param name="dimension">Width of both tables, 1 or more.</param>
    /// <exception cref="ArgumentException">A length does not match, or the tables overlap.</exception>
    /// <exception cref="NotSupportedException">The backend has no <see cref="AggregationCapabilities.Single"/>.</exception>
    void Aggregate(CsrMatrix adjacency, ReadOnlyMemory<float> source, Memory<float> destination, int dimension);

    /// <summary>
    /// One propagation in 8 bits with a table as its result, so that layers chain: exact sums <c>a_vj = sum_u q_vu x_uj</c> of 40 bits; of
    /// a row the shift <c>s = max(0, b - 7)</c>, b the bit length of the OR of all <c>a_j XOR sign(a_j)</c>; numbers
    /// <c>sat8((a_vj + 2^(s-1)) >> s)</c>, nothing added where s is 0; scales <c>t_v 2^s</c>.
    /// </summary>
    /// <param name="adjacency">R x C, with the scales of the source folded in.</param>
    /// <param name="source">C rows.</param>
    /// <param name="destination">R rows of the same dimension, another table; overwritten.</param>
    /// <param name="cancellation">Looked at before and between pieces of work.</param>
    /// <returns>What it cost.</returns>
    /// <exception cref="ArgumentException">The sizes do not match, the tables are one, or the scale of a row is no Single.</exception>
    /// <exception cref="NotSupportedException">The backend has no <see cref="AggregationCapabilities.Int8"/>, or the rows
    /// are too long for it.</exception>
    AggregationRun Aggregate(Int16Adjacency adjacency, Int8Table source, Int8Table destination, CancellationToken cancellation = default) =>
        throw BackendCheck.Missing(Name, nameof(AggregationCapabilities.Int8));

    /// <summary>The sums of one propagation in 8 bits: <c>sat32(a_vj)</c>, which stand for <c>t_v a_vj</c>.</summary>
    /// <param name="adjacency">R x C, with the scales of the source folded in.</param>
    /// <param name="source">C rows.</param>
    /// <param name="destination">R x dimension, dense; overwritten.</param>
    /// <param name="cancellation">Looked at before and between pieces of work.</param>
    /// <returns>What it cost.</returns>
    /// <exception cref="ArgumentException">The sizes do not match.</exception>
    /// <exception cref="NotSupportedException">The backend has no <see cref="AggregationCapabilities.Int8"/>, or the rows
    /// are too long for it.</exception>
    AggregationRun AggregateRaw(
        Int16Adjacency adjacency, Int8Table source, Memory<int> destination, CancellationToken cancellation = default) =>
        throw BackendCheck.Missing(Name, nameof(AggregationCapabilities.Int8));

    /// <summary>Samples the neighbors of nodes. What is drawn for a node depends on the seed, the node and its list alone.</summary>
    /// <param name="table">The lists.</param>
    /// <param name="nodes">The nodes, in any order; one may come up again, and has the same neighbors then.</param>
    /// <param name="fanout">Most neighbors of a node, 1 to <see cref="AggregationCapabilities.MostFanout"/>.</param>
    /// <param name="seed">Seed of the call.</param>
    /// <param name="neighbors">Receives nodes x fanout neighbors, in the order drawn; -1 after the last of a node.</param>
    /// <param name="counts">Receives how many neighbors each node has got.</param>
    /// <param name="cancellation">Looked at before and between pieces of work.</param>
    /// <returns>What it cost.</returns>
    /// <exception cref="ArgumentException">A length does not match, there is no such node (its position is named), or the
    /// fanout is not allowed.</exception>
    /// <exception cref="NotSupportedException">The backend has no <see cref="AggregationCapabilities.Sampling"/>.</exception>
    AggregationRun Sample(
        NeighborTable table, ReadOnlyMemory<int> nodes, int fanout, uint seed, Memory<int> neighbors, Memory<int> counts,
        CancellationToken cancellation = default) =>
        throw BackendCheck.Missing(Name, nameof(AggregationCapabilities.Sampling));
}
