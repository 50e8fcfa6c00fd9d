using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Tests.FoldIn;

/// <summary>Passes calls on and counts them; it may be told that it samples fewer.</summary>
internal sealed class CountingBackend(IAggregationBackend inner, int? mostFanout = null) : IAggregationBackend
{
    public string Name => inner.Name;

    public int Products { get; private set; }

    public int Samples { get; private set; }

    public AggregationCapabilities Capabilities =>
        inner.Capabilities with { Sampling = mostFanout is not 0, MostFanout = mostFanout ?? inner.Capabilities.MostFanout };

    public void Aggregate(CsrMatrix adjacency, ReadOnlyMemory<float> source, Memory<float> destination, int dimension)
    {
        Products++;
        inner.Aggregate(adjacency, source, destination, dimension);
    }

    public AggregationRun Aggregate(
        Int16Adjacency adjacency, Int8Table source, Int8Table destination, CancellationToken cancellation = default)
    {
        Products++;
        return inner.Aggregate(adjacency, source, destination, cancellation);
    }

    public AggregationRun Sample(
        NeighborTable table, ReadOnlyMemory<int> nodes, int fanout, uint seed, Memory<int> neighbors, Memory<int> counts,
        CancellationToken cancellation = default)
    {
        Samples++;
        return inner.Sample(table, nodes, fanout, seed, neighbors, counts, cancellation);
    }
}
