using HybridRec.MLNet.Conformance;

namespace HybridRec.MLNet.Accel.Tests.Sampling;

public sealed class SampledAdjacencyTests
{
    [Fact]
    public void Draw_FanoutOfAllNeighbors_TheMeanOverAllOfThem()
    {
        CsrMatrix graph = BackendGraphs.PowerLaw(100, 3);
        CsrMatrix drawn = SampledAdjacency.Draw(NeighborTable.Uniform(graph), 256, 1, new CpuAggregationBackend());
        Assert.Equal(graph.RowOffsets.ToArray(), drawn.RowOffsets.ToArray());
        Assert.Equal(graph.ColumnIndices.ToArray(), drawn.ColumnIndices.ToArray());
        for (int row = 0; row < graph.Rows; row++)
            Assert.All(
                drawn.Values[drawn.RowOffsets[row]..drawn.RowOffsets[row + 1]].ToArray(),
                value => Assert.Equal(1f / (drawn.RowOffsets[row + 1] - drawn.RowOffsets[row]), value));
    }

    [Fact]
    public void Draw_ByImportance_MeansOverManySeedsAreTheWeights()
    {
        float[] weights = [0.5f, 0.25f, 0.125f, 0.0625f, 0.0625f];
        NeighborTable table = NeighborTable.Importance(new CsrMatrix(1, 5, [0, 5], [0, 1, 2, 3, 4], weights));
        double[] mean = new double[5];
        const int Seeds = 2_000, Fanout = 8;
        for (uint seed = 0; seed < Seeds; seed++)
        {
            CsrMatrix drawn = SampledAdjacency.Draw(table, Fanout, seed, new CpuAggregationBackend(1));
            Assert.Equal(1, drawn.Values.ToArray().Sum(), 1e-6f);
            for (int e = 0; e < drawn.NonZeros; e++)
                mean[drawn.ColumnIndices[e]] += drawn.Values[e] / (double)Seeds;
        }

        // Five standard deviations of the mean of 16,000 draws.
        for (int i = 0; i < 5; i++)
            Assert.Equal(weights[i], mean[i], 5 * Math.Sqrt(weights[i] * (1 - weights[i]) / (Seeds * Fanout)));
    }

    [Fact]
    public void Draw_MoreNodesThanAPiece_EachAsByItself()
    {
        const int Nodes = (1 << 16) + 10;
        var graph = new CsrMatrix(
            Nodes, 7, [.. Enumerable.Range(0, Nodes + 1).Select(i => i * 3)],
            [.. Enumerable.Range(0, Nodes * 3).Select(e => (e % 3 * 2) + (e / 3 % 3))], new float[Nodes * 3]);
        NeighborTable table = NeighborTable.Uniform(graph);
        CsrMatrix drawn = SampledAdjacency.Draw(table, 2, 5, new CpuAggregationBackend());
        int[] own = new int[2], count = new int[1];
        foreach (int node in (int[])[0, 65_535, 65_536, Nodes - 1])
        {
            new CpuAggregationBackend(1).Sample(table, new[] { node }, 2, 5, own, count);
            Assert.Equal(own.Order(), drawn.ColumnIndices[drawn.RowOffsets[node]..drawn.RowOffsets[node + 1]].ToArray());
        }
    }

    [Fact]
    public void Draw_FanoutNotAllowed_Throws() =>
        Assert.Throws<ArgumentException>(() => SampledAdjacency.Draw(
            NeighborTable.Uniform(BackendGraphs.PowerLaw(10, 1)), 257, 1, new CpuAggregationBackend()));
}
