using HybridRec.MLNet.Accel.Kernels.Reference;
using HybridRec.MLNet.Conformance;

namespace HybridRec.MLNet.Accel.Tests.Fpga;

/// <summary>
/// Random graphs, tables and memories: the bytes of the reference whatever the bus does. A failure names the seed and the memory.
/// </summary>
public sealed class FpgaPropertyTests
{
    private static readonly int[] s_lanes = [16, 32, 64];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Aggregate_RandomGraphAndMemory_BytesOfTheReference(int seed)
    {
        _ = FpgaLibrary.Path;
        var random = Xoshiro256.Stream(seed);
        SimulationOptions memory = Memory(ref random, seed);
        int columns = 1 + random.NextInt32(700), dimension = 1 + random.NextInt32(256);
        int[] degrees = new int[1 + random.NextInt32(60)];
        foreach (ref int degree in degrees.AsSpan())
            degree = random.NextInt32(7) switch
            {
                < 4 => random.NextInt32(6),
                < 6 => 6 + random.NextInt32(35),
                _ => 100 + random.NextInt32(500)
            };
        bool raw = random.NextInt32(2) == 0, extreme = random.NextInt32(3) == 0;
        CsrMatrix pattern = BackendGraphs.OfDegrees(columns, degrees, seed);
        short[] weights = [.. BackendGraphs.Weights(pattern.NonZeros, seed)
            .Select(w => !extreme ? w : w < 0 ? short.MinValue : short.MaxValue)];
        var a = new Int16Adjacency(pattern, weights, BackendGraphs.Same(pattern.Rows, 1f));
        Int8Table x = Int8Table.FromValues(
            columns, dimension, BackendGraphs.Bytes(columns * dimension, seed), BackendGraphs.Same(columns, 1f));
        using var backend = new FpgaAggregationBackend(RtlSimulation.Aggregation(memory));
        // Twice: the second run begins where the first left the registers.
        for (int run = 0; run < 2; run++)
            AssertSame(backend, a, x, raw, memory.ToString());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Sample_RandomListsAndMemory_NeighborsOfTheReference(int seed)
    {
        _ = FpgaLibrary.Path;
        var random = Xoshiro256.Stream(seed);
        SimulationOptions memory = Memory(ref random, seed);
        int fanout = 1 + random.NextInt32(32);
        int[] degrees = new int[1 + random.NextInt32(80)];
        foreach (ref int degree in degrees.AsSpan())
            degree = random.NextInt32(80);
        CsrMatrix graph = BackendGraphs.OfDegrees(100, degrees, seed);
        float[] positive = [.. graph.Values.ToArray().Select(Math.Abs)];
        graph = new CsrMatrix(graph.Rows, graph.Columns, graph.RowOffsets.ToArray(), graph.ColumnIndices.ToArray(), positive);
        int[] nodes = [.. Enumerable.Range(0, graph.Rows).Select(i => i * 7 % graph.Rows)];
        int[] expected = new int[nodes.Length * fanout], result = new int[expected.Length], counts = new int[nodes.Length],
            expectedCounts = new int[nodes.Length];
        using var backend = new FpgaAggregationBackend(
            RtlSimulation.Aggregation(new() { MemoryBytes = 1 << 20 }), RtlSimulation.Sampling(memory));
        foreach (NeighborTable table in (NeighborTable[])[NeighborTable.Uniform(graph), NeighborTable.Importance(graph)])
        {
            for (int i = 0; i < nodes.Length; i++)
                expectedCounts[i] = NeighborSamplingReference.Sample(table, nodes[i], (uint)seed, expected.AsSpan(i * fanout, fanout));
            backend.Sample(table, nodes, fanout, (uint)seed, result, counts);
            Assert.Equal(expected, result);
            Assert.Equal(expectedCounts, counts);
        }
    }

    private static SimulationOptions Memory(ref Xoshiro256 random, int seed) => new()
    {
        Lanes = Lanes(ref random),
        Latency = 1 + random.NextInt32(250),
        Jitter = random.NextInt32(120),
        StallProbability = random.NextInt32(3) == 0 ? 0 : random.NextDouble() * 0.78,
        Seed = seed,
        MemoryBytes = 1 << 28,
    };

    // A library may be built with some of them.
    private static int Lanes(ref Xoshiro256 random)
    {
        int[] built = [.. s_lanes.Where(lanes => FpgaLibrary.Kernels.Contains($"agg{lanes}x1"))];
        return built[random.NextInt32(built.Length)];
    }

    private static void AssertSame(FpgaAggregationBackend backend, Int16Adjacency a, Int8Table x, bool raw, string memory)
    {
        if (raw)
        {
            int[] sums = new int[a.Rows * x.Dimension], expectedSums = new int[sums.Length];
            Int8AggregationReference.MultiplyRaw(a, x, expectedSums, 0, a.Rows);
            backend.AggregateRaw(a, x, sums);
            Assert.True(expectedSums.AsSpan().SequenceEqual(sums), memory);
            return;
        }

        Int8Table result = new(a.Rows, x.Dimension), expected = new(a.Rows, x.Dimension);
        Int8AggregationReference.Multiply(a, x, expected, 0, a.Rows);
        backend.Aggregate(a, x, result);
        Assert.True(expected.Scales.SequenceEqual(result.Scales), memory);
        Assert.True(expected.Storage.Span.SequenceEqual(result.Storage.Span), memory);
    }
}
