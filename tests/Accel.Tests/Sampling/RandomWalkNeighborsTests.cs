namespace HybridRec.MLNet.Accel.Tests.Sampling;

public sealed class RandomWalkNeighborsTests
{
    private static readonly InteractionGraph s_graph = InteractionGraph.FromPairs(4, 5, [0, 0, 1, 1, 1, 2, 2], [0, 1, 1, 2, 3, 3, 0]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Build_ManyWalks_HasTheExactShareOfVisits(int length)
    {
        const int walks = 20_000;
        CsrMatrix sampled = RandomWalkNeighbors.Build(s_graph, walks, length, top: 100, seed: 3);
        double[][] exact = ExactShares(length);
        for (int v = 0; v < s_graph.NodeCount; v++)
        {
            double[] shares = Row(sampled, v);
            for (int u = 0; u < shares.Length; u++)
            {
                // Visits of one walk hang together, so at worst a walk counts as one draw: five standard deviations of that.
                double bound = 5 * Math.Sqrt(Math.Max(exact[v][u] * (1 - exact[v][u]), 1e-9) * length / walks);
                Assert.InRange(shares[u], exact[v][u] - bound, exact[v][u] + bound);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Build_Top_KeepsSoManyOfTheMostVisitedWithWeightsThatSumToOne(int top)
    {
        InteractionGraph graph = InteractionGraph.FromPairs(50, 30, Samples.Integers(300, 49, 1), Samples.Integers(300, 29, 2));
        CsrMatrix all = RandomWalkNeighbors.Build(graph, 40, 3, top: 1000, seed: 5);
        CsrMatrix kept = RandomWalkNeighbors.Build(graph, 40, 3, top, seed: 5);
        for (int v = 0; v < graph.NodeCount; v++)
        {
            double[] full = Row(all, v), best = Row(kept, v);
            Assert.Equal(Math.Min(top, full.Count(w => w > 0)), best.Count(w => w > 0));
            Assert.Equal(0, full[v]);
            if (full.Sum() == 0)
                continue;
            Assert.Equal(1, full.Sum(), 1e-5);
            Assert.Equal(1, best.Sum(), 1e-5);
            double least = full.Where((_, u) => best[u] > 0).Min();
            Assert.All(full.Where((_, u) => best[u] == 0), left => Assert.True(left <= least));
        }
    }

    [Fact]
    public void Build_NodeWithoutEdges_HasNoNeighbors()
    {
        CsrMatrix sampled = RandomWalkNeighbors.Build(s_graph, 10, 3, 10, 1);
        Assert.Equal(0, Row(sampled, 3).Sum()); // user 3
        Assert.Equal(0, Row(sampled, 4 + 4).Sum()); // item 4
        Assert.All(Enumerable.Range(0, 9), v => Assert.Equal(0, Row(sampled, v)[3] + Row(sampled, v)[8]));
    }

    [Fact]
    public void Build_OnePair_HasEachOther()
    {
        CsrMatrix sampled = RandomWalkNeighbors.Build(InteractionGraph.FromPairs(1, 1, [0], [0]), 5, 4, 10, 1);
        Assert.Equal([1, 0], sampled.ColumnIndices.ToArray());
        Assert.Equal([1f, 1f], sampled.Values.ToArray());
    }

    [Fact]
    public void Build_OtherThreads_GiveTheSameMatrixAndAnotherSeedAnother()
    {
        InteractionGraph graph = InteractionGraph.FromPairs(700, 300, Samples.Integers(3000, 700, 1), Samples.Integers(3000, 300, 2));
        CsrMatrix one = RandomWalkNeighbors.Build(graph, 20, 3, 5, 9, threads: 1),
            two = RandomWalkNeighbors.Build(graph, 20, 3, 5, 9, threads: 2);
        Assert.Equal(one.ColumnIndices.ToArray(), two.ColumnIndices.ToArray());
        Assert.Equal(one.Values.ToArray(), two.Values.ToArray());
        Assert.NotEqual(one.ColumnIndices.ToArray(), RandomWalkNeighbors.Build(graph, 20, 3, 5, 10).ColumnIndices.ToArray());
    }

    [Fact]
    public void Build_Cancelled_Throws()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => RandomWalkNeighbors.Build(s_graph, 1, 1, 1, 1, cancellation: source.Token));
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    public void Build_CountBelowOne_IsRefused(int walks, int length, int top)
        => Assert.Throws<ArgumentOutOfRangeException>(() => RandomWalkNeighbors.Build(s_graph, walks, length, top, 1));

    private static double[] Row(CsrMatrix matrix, int row)
    {
        double[] dense = new double[matrix.Columns];
        for (int e = matrix.RowOffsets[row]; e < matrix.RowOffsets[row + 1]; e++)
            dense[matrix.ColumnIndices[e]] = matrix.Values[e];
        return dense;
    }

    // Expected visits are the powers of the transition matrix, summed; the node's own do not count.
    private static double[][] ExactShares(int length)
    {
        CsrMatrix transition = s_graph.Adjacency(GraphNormalization.Row);
        int n = s_graph.NodeCount;
        return [.. Enumerable.Range(0, n).Select(v =>
        {
            double[] at = new double[n], visits = new double[n];
            at[v] = 1;
            for (int step = 0; step < length; step++)
            {
                double[] next = new double[n];
                for (int u = 0; u < n; u++)
                {
                    for (int e = transition.RowOffsets[u]; e < transition.RowOffsets[u + 1]; e++)
                        next[transition.ColumnIndices[e]] += at[u] * transition.Values[e];
                }

                at = next;
                for (int u = 0; u < n; u++)
                    visits[u] += at[u];
            }

            visits[v] = 0;
            double sum = visits.Sum();
            return visits.Select(x => sum > 0 ? x / sum : 0).ToArray();
        })];
    }
}
