using System.Diagnostics;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Experiments;

/// <summary>Passes every call on to a backend, and adds up what it says that the calls cost.</summary>
internal sealed class MeteredBackend(IAggregationBackend inner) : IAggregationBackend
{
    public string Name => inner.Name;

    public AggregationCapabilities Capabilities => inner.Capabilities;

    /// <summary>Propagations so far.</summary>
    public int Calls { get; private set; }

    /// <summary>Their time, with the provenance of the weakest; null before the first.</summary>
    public Figure? Time { get; private set; }

    /// <summary>Their cycles; null where the backend does not count them.</summary>
    public Figure? Cycles { get; private set; }

    public void Aggregate(CsrMatrix adjacency, ReadOnlyMemory<float> source, Memory<float> destination, int dimension)
    {
        long start = Stopwatch.GetTimestamp();
        inner.Aggregate(adjacency, source, destination, dimension);
        Add(new AggregationRun(Name, Figure.Measured(Stopwatch.GetElapsedTime(start))));
    }

    public AggregationRun Aggregate(
        Int16Adjacency adjacency, Int8Table source, Int8Table destination, CancellationToken cancellation = default) =>
        Add(inner.Aggregate(adjacency, source, destination, cancellation));

    public AggregationRun AggregateRaw(
        Int16Adjacency adjacency, Int8Table source, Memory<int> destination, CancellationToken cancellation = default) =>
        Add(inner.AggregateRaw(adjacency, source, destination, cancellation));

    public AggregationRun Sample(
        NeighborTable table, ReadOnlyMemory<int> nodes, int fanout, uint seed, Memory<int> neighbors, Memory<int> counts,
        CancellationToken cancellation = default) =>
        inner.Sample(table, nodes, fanout, seed, neighbors, counts, cancellation);

    private AggregationRun Add(AggregationRun run)
    {
        Calls++;
        Time = Time is null ? run.Time : Time + run.Time;
        Cycles = run.Cycles is null ? Cycles : Cycles is null ? run.Cycles : Cycles + run.Cycles;
        return run;
    }
}
