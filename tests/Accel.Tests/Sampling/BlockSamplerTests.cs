namespace HybridRec.MLNet.Accel.Tests.Sampling;

public sealed class BlockSamplerTests
{
    private static readonly CsrMatrix s_graph = InteractionGraph.FromPairs(
        60, 40, Samples.Integers(900, 60, 1), Samples.Integers(900, 39, 2)).Adjacency(GraphNormalization.Row);

    [Theory]
    [InlineData(new[] { 3 })]
    [InlineData(new[] { 4, 2 })]
    [InlineData(new[] { 256, 1, 3 })]
    public void Sample_AnyTargets_GivesAChainOfBlocksOfDistinctNeighbors(int[] fanouts)
    {
        var sampler = new BlockSampler(s_graph, fanouts, 2);
        int[] targets = [7, 61, 3, 99, 80];
        sampler.Sample([5, 9, 70], 1);
        sampler.Sample(targets, 2);

        int[] nodes = sampler.Nodes.ToArray();
        Assert.Equal(targets, nodes[..5]);
        Assert.Equal(nodes.Length, nodes.Distinct().Count());
        Assert.Equal(5, sampler.Blocks[^1].Destinations);
        Assert.Equal(nodes.Length, sampler.Blocks[0].Sources);
        for (int hop = 0; hop < fanouts.Length; hop++)
        {
            SampledBlock block = sampler.Blocks[^(hop + 1)];
            if (hop > 0)
                Assert.Equal(sampler.Blocks[^hop].Sources, block.Destinations);
            for (int row = 0; row < block.Destinations; row++)
            {
                int[] own = s_graph.ColumnIndices[s_graph.RowOffsets[nodes[row]]..s_graph.RowOffsets[nodes[row] + 1]].ToArray();
                Range edges = block.Offsets[row]..block.Offsets[row + 1];
                int[] drawn = [.. block.Columns[edges].ToArray().Select(c => nodes[c])];
                Assert.Equal(Math.Min(own.Length, fanouts[hop]), drawn.Length);
                Assert.Equal(drawn.Length, drawn.Distinct().Count());
                Assert.Empty(drawn.Except(own));
                foreach (float weight in block.Weights[edges])
                    Assert.Equal(1f / drawn.Length, weight, 1e-6f);
            }
        }
    }

    [Fact]
    public void Sample_Importances_AreScaledToSumToOneOverWhatWasDrawn()
    {
        var importance = new CsrMatrix(4, 4, [0, 3, 3, 3, 3], [1, 2, 3], [0.5f, 0.3f, 0.2f]);
        var sampler = new BlockSampler(importance, [2]);
        var seen = new HashSet<(int, int)>();
        for (int key = 0; key < 40; key++)
        {
            sampler.Sample([0, 1], key);
            SampledBlock block = sampler.Blocks[0];
            int[] drawn = [.. block.Columns.ToArray().Select(c => sampler.Nodes[c])];
            float[] raw = [.. drawn.Select(node => importance.Values[node - 1])];
            Assert.Equal(raw.Select(value => value / raw.Sum()), block.Weights.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
            seen.Add((drawn.Min(), drawn.Max()));
        }

        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public void Sample_ManyKeys_DrawsEveryNeighborAsOften()
    {
        int[] columns = [.. Enumerable.Range(1, 20)];
        var star = new CsrMatrix(21, 21, [0, .. Enumerable.Repeat(20, 21)], columns, [.. Enumerable.Repeat(0.05f, 20)]);
        var sampler = new BlockSampler(star, [6]);
        int[] counts = new int[21];
        const int draws = 20_000;
        for (int key = 0; key < draws; key++)
        {
            sampler.Sample([0], key);
            foreach (int column in sampler.Blocks[0].Columns)
                counts[sampler.Nodes[column]]++;
        }

        // Five standard deviations of a binomial count.
        double expected = draws * 0.3, bound = 5 * Math.Sqrt(draws * 0.3 * 0.7);
        Assert.All(counts[1..], count => Assert.InRange(count, expected - bound, expected + bound));
    }

    [Fact]
    public void Sample_OtherThreadsAndEarlierSamples_GiveTheSameBlocks()
    {
        int[] targets = [.. Enumerable.Range(0, 100)];
        var one = new BlockSampler(s_graph, [5, 3], 1);
        var two = new BlockSampler(s_graph, [5, 3], 2);
        two.Sample(targets, 8);
        one.Sample(targets, 9);
        two.Sample(targets, 9);
        Assert.Equal(one.Nodes.ToArray(), two.Nodes.ToArray());
        for (int l = 0; l < 2; l++)
        {
            Assert.Equal(one.Blocks[l].Columns.ToArray(), two.Blocks[l].Columns.ToArray());
            Assert.Equal(one.Blocks[l].Weights.ToArray(), two.Blocks[l].Weights.ToArray());
        }

        two.Sample(targets, 8);
        Assert.NotEqual(one.Blocks[1].Columns.ToArray(), two.Blocks[1].Columns.ToArray());
    }

    [Fact]
    public void Multiply_AndTransposed_AreTheDenseProducts()
    {
        const int d = 3;
        var sampler = new BlockSampler(s_graph, [4], 2);
        sampler.Sample([2, 70, 41, 12], 3);
        SampledBlock block = sampler.Blocks[0];
        float[] source = Samples.Normal(block.Sources * d, 4), gradient = Samples.Normal(block.Destinations * d, 5);
        double[] product = new double[block.Destinations * d], transposed = new double[block.Sources * d];
        for (int row = 0; row < block.Destinations; row++)
        {
            for (int e = block.Offsets[row]; e < block.Offsets[row + 1]; e++)
            {
                for (int j = 0; j < d; j++)
                {
                    product[(row * d) + j] += (double)block.Weights[e] * source[(block.Columns[e] * d) + j];
                    transposed[(block.Columns[e] * d) + j] += (double)block.Weights[e] * gradient[(row * d) + j];
                }
            }
        }

        float[] actual = new float[product.Length], back = new float[transposed.Length];
        block.Multiply(source, actual, d, 2);
        block.MultiplyTransposed(gradient, back, d, 2);
        Tolerance.AssertClose(product, actual, Tolerance.FloatSum);
        Tolerance.AssertClose(transposed, back, Tolerance.FloatSum);
    }

    [Fact]
    public void Sample_GraphTwentyTimesAsLarge_TouchesNoMoreNodesThanTheFanoutsAllow()
    {
        int most = 8 * (1 + 3) * (1 + 2);
        foreach (int size in (int[])[1_000, 20_000])
        {
            CsrMatrix graph = InteractionGraph.FromPairs(
                size, size, Samples.Integers(size * 20, size, 6), Samples.Integers(size * 20, size, 7)).Adjacency(GraphNormalization.Row);
            var sampler = new BlockSampler(graph, [3, 2], 1);
            sampler.Sample([0, 1, 2, 3, 4, 5, 6, 7], 1);
            Assert.InRange(sampler.Nodes.Length, 8, most);
        }
    }

    [Fact]
    public void Sample_TargetTwice_IsRefused()
        => Assert.Contains(
            "more than once", Assert.Throws<ArgumentException>(() => new BlockSampler(s_graph, [2]).Sample([4, 4], 1)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void Constructor_IllegalFanout_SaysWhatIsAllowed(int fanout)
        => Assert.Contains(
            "1 to 256", Assert.Throws<ArgumentException>(() => new BlockSampler(s_graph, [fanout])).Message, StringComparison.Ordinal);

    [Fact]
    public void Constructor_MatrixNotSquare_IsRefused()
        => Assert.Contains(
            "square", Assert.Throws<ArgumentException>(() => new BlockSampler(new CsrMatrix(1, 2, [0, 0], [], []), [1])).Message,
            StringComparison.Ordinal);
}
