using HybridRec.MLNet.Conformance;

namespace HybridRec.MLNet.Accel.Tests.Fpga;

/// <summary>Cycles are counted, not measured: the same on every machine, so they may be asserted.</summary>
public sealed class FpgaThroughputTests
{
    [Theory]
    [InlineData(16, 64)]
    [InlineData(32, 64)]
    [InlineData(64, 64)]
    [InlineData(16, 16)]
    [InlineData(64, 128)]
    public void Aggregate_IdealMemory_99BeatsIn100Cycles(int lanes, int dimension) =>
        Assert.InRange(BeatsACycle(new() { Lanes = lanes, Latency = 1 }, dimension, raw: false), 0.99, 1.0);

    [Theory]
    [InlineData(16, 64)]
    [InlineData(32, 64)]
    [InlineData(64, 64)]
    public void Aggregate_Latency160And40_98BeatsIn100Cycles(int lanes, int dimension) =>
        Assert.InRange(BeatsACycle(new() { Lanes = lanes, Latency = 120, Jitter = 80 }, dimension, raw: false), 0.98, 1.0);

    [Fact]
    public void AggregateRaw_RowsOfTenEdges_OutputHidesBehindInput() =>
        Assert.InRange(BeatsACycle(new() { Latency = 64 }, 64, raw: true), 0.98, 1.0);

    [Fact]
    public void Aggregate_FourUnits_ShareTheWork()
    {
        (Int16Adjacency a, Int8Table x) = Graph(64);
        var result = new Int8Table(a.Rows, 64);
        double one = FpgaLibrary.Shared(new()).Aggregate(a, x, result).Cycles!.Value;
        double four = FpgaLibrary.Shared(new() { Units = 4 }).Aggregate(a, x, result).Cycles!.Value;
        Assert.InRange(one / four, 3.8, 4.0);
    }

    [Fact]
    public void Sample_Uniform_NearlyOneACycle()
    {
        CsrMatrix graph = BackendGraphs.OfDegrees(5_000, BackendGraphs.Same(2_000, 40), 3);
        int[] nodes = [.. Enumerable.Range(0, 2_000)];
        AggregationRun run = FpgaLibrary.Shared(new()).Sample(
            NeighborTable.Uniform(graph), nodes, 16, 1, new int[2_000 * 16], new int[2_000]);
        Assert.InRange(2_000 * 16 / run.Cycles!.Value, 0.95, 1.0);
    }

    private static double BeatsACycle(SimulationOptions options, int dimension, bool raw)
    {
        (Int16Adjacency a, Int8Table x) = Graph(dimension);
        FpgaAggregationBackend backend = FpgaLibrary.Shared(options);
        AggregationRun run = raw
            ? backend.AggregateRaw(a, x, new int[a.Rows * dimension])
            : backend.Aggregate(a, x, new Int8Table(a.Rows, dimension));
        Assert.Equal(Provenance.Simulated, run.Cycles!.Provenance);
        double beats = (double)a.NonZeros * ((dimension + options.Lanes - 1) / options.Lanes);
        return beats / run.Cycles.Value;
    }

    // Rows of 1 to 19 edges, 10 in the mean, as many as make the start and the end of a run small.
    private static (Int16Adjacency A, Int8Table X) Graph(int dimension)
    {
        CsrMatrix graph = BackendGraphs.OfDegrees(4_000, [.. Enumerable.Range(0, 8_000).Select(i => 1 + (i * 7 % 19))], 9);
        Int8Table x = Int8Table.Quantize(BackendGraphs.Normal(4_000 * dimension, 10), dimension);
        return (Int16Adjacency.Fold(graph, x), x);
    }
}
