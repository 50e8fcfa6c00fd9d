using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Conformance;

/// <summary>What every backend must do that samples: the neighbors of the reference, in its order, for any list, fanout and seed.</summary>
public abstract class SamplingConformance
{
    private static readonly CsrMatrix s_graph = BackendGraphs.OfDegrees(
        10_000, [0, 1, 2, 6, 7, 8, 9, 31, 32, 33, 255, 256, 257, 0, 10_000, .. Enumerable.Range(0, 200).Select(i => 300 / (i + 1))], 41);

    /// <summary>The backend under test, made once; skips the test, with the reason, where it is not to be had.</summary>
    protected abstract IAggregationBackend Backend { get; }

    public static TheoryData<int, bool> Fanouts =>
        [.. from fanout in (int[])[1, 2, 7, 8, 9, 31, 32] from importance in (bool[])[false, true] select (fanout, importance)];

    [Theory]
    [MemberData(nameof(Fanouts))]
    public void Sample_AnyFanout_NeighborsOfTheReference(int fanout, bool importance)
    {
        NeighborTable table = importance ? NeighborTable.Importance(Positive()) : NeighborTable.Uniform(s_graph);
        int[] nodes = [.. Enumerable.Range(0, s_graph.Rows), 14, 14, 0, 3, s_graph.Rows - 1];
        if (!Backend.Capabilities.Sampling)
        {
            Assert.Throws<NotSupportedException>(() => Backend.Sample(
                table, nodes, fanout, 1, new int[nodes.Length * fanout], new int[nodes.Length]));
            return;
        }

        foreach (uint seed in (uint[])[0, 1, 0x9E3779B9, uint.MaxValue])
            Check(table, nodes, fanout, seed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sample_MostFanout_NeighborsOfTheReference(bool importance)
    {
        Assert.SkipUnless(Backend.Capabilities.Sampling, "The backend does not sample, as another test asserts.");
        Check(
            importance ? NeighborTable.Importance(Positive()) : NeighborTable.Uniform(s_graph), [.. Enumerable.Range(0, s_graph.Rows)],
            Backend.Capabilities.MostFanout, 7);
    }

    [Fact]
    public void Sample_Uniform_DistinctNeighborsOfTheNode()
    {
        Assert.SkipUnless(Backend.Capabilities.Sampling, "The backend does not sample, as another test asserts.");
        const int Node = 14, Fanout = 32;
        int[] drawn = new int[Fanout], count = new int[1];
        Backend.Sample(NeighborTable.Uniform(s_graph), new[] { Node }, Fanout, 5, drawn, count);
        Assert.Equal(Fanout, count[0]);
        Assert.Equal(Fanout, drawn.Distinct().Count());
        Assert.All(drawn, neighbor => Assert.InRange(neighbor, 0, 9_999));
    }

    // Lists hardly longer than the fanout: draws meet earlier ones all the time, and there are so many of them that a
    // device pauses between any two.
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    public void Sample_ManyShortLists_NeighborsOfTheReference(int fanout)
    {
        Assert.SkipUnless(Backend.Capabilities.Sampling, "The backend does not sample, as another test asserts.");
        CsrMatrix graph = BackendGraphs.OfDegrees(100, [.. Enumerable.Range(0, 2000).Select(i => fanout + 1 + (i % 3))], 8);
        Check(NeighborTable.Uniform(graph), [.. Enumerable.Range(0, graph.Rows)], fanout, 11);
    }

    // A position is the upper half of draw x length. In hardware that is a sum of 16 x 16 bits; the two in the middle need a 33rd bit for
    // long lists alone, and there once in some thousand draws: a seed that does it is looked for.
    [Fact]
    public void Sample_LongListWhoseProductCarries_NeighborsOfTheReference()
    {
        Assert.SkipUnless(Backend.Capabilities.Sampling, "The backend does not sample, as another test asserts.");
        const int Length = (17 << 16) - 1, Fanout = 8;
        uint seed = 1;
        while (!Carries(seed))
            seed++;
        Check(NeighborTable.Uniform(BackendGraphs.OfDegrees(Length, [Length], 5)), [0], Fanout, seed);

        static bool Carries(uint seed)
        {
            var random = new XorShift32(seed, 0);
            for (int i = 0; i < Fanout; i++)
            {
                ulong a = random.NextBits(), b = (ulong)(Length - Fanout + i + 1);
                if (((a >> 16) * (b & 0xffff)) + ((a & 0xffff) * (b >> 16)) + (((a & 0xffff) * (b & 0xffff)) >> 16) > uint.MaxValue)
                    return true;
            }

            return false;
        }
    }

    // 32 random bits meet a threshold once in four thousand million draws: here the weights are made so that the
    // threshold is what a seed draws.
    [Fact]
    public void Sample_DrawThatMeetsTheThreshold_TakesTheAlias()
    {
        Assert.SkipUnless(Backend.Capabilities.Sampling, "The backend does not sample, as another test asserts.");
        uint seed = 0, drawn, position;
        do
        {
            var random = new XorShift32(++seed, 0);
            (position, drawn) = (random.Next(2), random.NextBits());
        }
        while (position != 0 || drawn % 512 != 0 || drawn > uint.MaxValue / 2); // so many zeros that a float holds the weights
        float weight = drawn / 4294967296f;
        NeighborTable table = NeighborTable.Importance(new CsrMatrix(1, 2, [0, 2], [0, 1], [weight, 2 - weight]));
        Assert.Equal((drawn, 1), (table.Thresholds[0], table.Aliases[0]));
        int[] neighbors = new int[1], count = new int[1];
        Backend.Sample(table, new[] { 0 }, 1, seed, neighbors, count);
        Assert.Equal(1, neighbors[0]);
        Check(table, [0], 1, seed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Draw_AllNodes_MatrixOfTheReference(bool importance)
    {
        Assert.SkipUnless(Backend.Capabilities.Sampling, "The backend does not sample, as another test asserts.");
        NeighborTable table = importance ? NeighborTable.Importance(Positive()) : NeighborTable.Uniform(s_graph);
        const int Fanout = 10;
        CsrMatrix drawn = SampledAdjacency.Draw(table, Fanout, 99, Backend);
        Assert.Equal((s_graph.Rows, s_graph.Columns), (drawn.Rows, drawn.Columns));
        int[] expected = new int[Fanout];
        for (int node = 0; node < s_graph.Rows; node++)
        {
            int count = NeighborSamplingReference.Sample(table, node, 99, expected), first = drawn.RowOffsets[node],
                end = drawn.RowOffsets[node + 1];
            var times = expected.Take(count).CountBy(neighbor => neighbor).OrderBy(pair => pair.Key).ToList();
            Assert.Equal(times.Select(pair => pair.Key), drawn.ColumnIndices[first..end].ToArray());
            Assert.Equal(times.Select(pair => pair.Value / (float)count), drawn.Values[first..end].ToArray());
        }
    }

    [Fact]
    public void Sample_NoNodes_DoesNothing()
    {
        Assert.SkipUnless(Backend.Capabilities.Sampling, "The backend does not sample, as another test asserts.");
        Backend.Sample(NeighborTable.Uniform(s_graph), Array.Empty<int>(), 4, 1, Array.Empty<int>(), Array.Empty<int>());
    }

    [Fact]
    public void Sample_BadInput_IsAClearError()
    {
        Assert.SkipUnless(Backend.Capabilities.Sampling, "The backend does not sample, as another test asserts.");
        NeighborTable table = NeighborTable.Uniform(s_graph);
        int most = Backend.Capabilities.MostFanout;
        Assert.Throws<ArgumentNullException>(() => Backend.Sample(null!, new int[1], 1, 0, new int[1], new int[1]));
        Assert.Contains(
            "Node -1 at position 1",
            Assert.Throws<ArgumentException>(() => Backend.Sample(table, new[] { 0, -1 }, 1, 0, new int[2], new int[2])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "does not exist",
            Assert.Throws<ArgumentException>(() => Backend.Sample(table, new[] { s_graph.Rows }, 1, 0, new int[1], new int[1])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "fanout is 0",
            Assert.Throws<ArgumentException>(() => Backend.Sample(table, new int[1], 0, 0, Array.Empty<int>(), new int[1])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Backend.Sample(table, new int[1], most + 1, 0, new int[most + 1], new int[1]));
        Assert.Throws<ArgumentException>(() => Backend.Sample(table, new int[2], 3, 0, new int[5], new int[2]));
        Assert.Throws<ArgumentException>(() => Backend.Sample(table, new int[2], 3, 0, new int[6], new int[1]));
        Assert.ThrowsAny<OperationCanceledException>(() => Backend.Sample(
            table, new int[1], 3, 0, new int[3], new int[1], new CancellationToken(canceled: true)));
    }

    private void Check(NeighborTable table, int[] nodes, int fanout, uint seed)
    {
        int[] expected = new int[nodes.Length * fanout], expectedCounts = new int[nodes.Length], result = new int[expected.Length],
            counts = new int[nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
            expectedCounts[i] = NeighborSamplingReference.Sample(table, nodes[i], seed, expected.AsSpan(i * fanout, fanout));
        Backend.Sample(table, nodes, fanout, seed, result, counts);
        Assert.Equal(expectedCounts, counts);
        Assert.Equal(expected, result);
    }

    private static CsrMatrix Positive()
    {
        float[] weights = [.. s_graph.Values.ToArray().Select(Math.Abs)];
        return new CsrMatrix(s_graph.Rows, s_graph.Columns, s_graph.RowOffsets.ToArray(), s_graph.ColumnIndices.ToArray(), weights);
    }
}
