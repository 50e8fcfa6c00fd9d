using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>Losses against their definitions, and the rules by which negatives are drawn.</summary>
public sealed class GraphLossTests
{
    private const int Dimension = 3;

    // User 0 has item 0 and 1, user 1 item 0 and 2, user 2 item 0: item 0 has degree 3; item 3 has none.
    private static readonly InteractionGraph s_graph = InteractionGraph.FromPairs(3, 4, [0, 0, 1, 1, 2], [0, 1, 0, 2, 0]);

    [Fact]
    public void DirectAu_Loss_IsItsDefinition()
    {
        (GraphBatch batch, float[] x, double loss) = Run(GraphLoss.DirectAu(uniformityWeight: 0.6f));
        double align = Enumerable.Range(0, batch.Size).Average(b => Square(x, batch.Users[b], batch.Positives[b]));
        Assert.Equal(align + (0.3 * (Uniformity(x, batch.Users, batch.Size) + Uniformity(x, batch.Positives, batch.Size))), loss, 1e-5);
        Assert.Equal(0, batch.NegativeCount);
    }

    [Fact]
    public void Margin_Loss_IsItsDefinition()
    {
        (GraphBatch batch, float[] x, double loss) = Run(GraphLoss.Margin(margin: -0.1f, negativeWeight: 7, negatives: 12));
        int[] negatives = batch.Negatives[..batch.NegativeCount];
        Assert.Contains(batch.Positives[0], negatives); // an accidental hit, which does not count
        double expected = Enumerable.Range(0, batch.Size).Average(b =>
            1 - Dot(x, batch.Users[b], batch.Positives[b]) +
            (7.0 / negatives.Length * negatives.Where(n => n != batch.Positives[b])
                .Sum(n => Math.Max(0, Dot(x, batch.Users[b], n) + 0.1))));
        Assert.Equal(expected, loss, 1e-5);
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(0.5f)]
    public void Popularity_Draws_FollowTheDegreesAndAreCorrected(float exponent)
    {
        (GraphBatch batch, _, _) = Run(GraphLoss.SampledSoftmax(
            negatives: 50_000, negativeSampling: NegativeSampling.Popularity(exponent)));
        double sum = Math.Pow(3, exponent) + 2;
        double[] q = [Math.Pow(3, exponent) / sum, 1 / sum, 1 / sum, 0];
        for (int item = 0; item < 4; item++)
        {
            int row = batch.Nodes.RowOf[3 + item];
            int[] places = [.. Enumerable.Range(0, batch.NegativeCount).Where(n => row >= 0 && batch.Negatives[n] == row)];
            Assert.Equal(q[item], places.Length / 50_000.0, 0.01);
            Assert.All(places, n => Assert.Equal(-Math.Log(3 * q[item]), batch.NegativeBias[n], 1e-5));
        }
    }

    [Fact]
    public void InBatch_FewerNegativesThanInteractions_AreThoseOfTheFirst()
    {
        (GraphBatch batch, _, _) = Run(GraphLoss.SampledSoftmax(negatives: 2, negativeSampling: NegativeSampling.InBatch));
        Assert.Equal(2, batch.NegativeCount);
        Assert.Equal(batch.Positives[..2], batch.Negatives[..2]);
    }

    [Fact]
    public void InBatch_Negatives_AreThePositivesCorrectedByTheirDegree()
    {
        (GraphBatch batch, _, _) = Run(GraphLoss.SampledSoftmax(negatives: 12, negativeSampling: NegativeSampling.InBatch));
        Assert.Equal(batch.Positives[..batch.Size], batch.Negatives[..batch.NegativeCount]);
        for (int n = 0; n < batch.NegativeCount; n++)
        {
            int item = batch.Nodes.Nodes[batch.Negatives[n]] - 3;
            Assert.Equal(-Math.Log(3 * s_graph.UsersOf(item).Length / 5.0), batch.NegativeBias[n], 1e-5);
        }
    }

    [Fact]
    public void Hard_Choice_IsHalfAsDrawnAndHalfTheHighestScored()
    {
        (GraphBatch batch, float[] x, _) = Run(GraphLoss.SampledSoftmax(negatives: 5, negativeSampling: NegativeSampling.Hard(4)));
        Assert.Equal(20, batch.NegativeCount);
        int[] chosen = [.. new GraphHardNegatives(5, 20, Dimension, 1).Choose(batch, x)];
        double Best(int row) => batch.Users.Take(batch.Size).Max(u => Dot(x, u, row));
        Assert.Equal(batch.Negatives[..3], chosen[..3]);
        Assert.Equal(batch.Negatives[3..20].OrderByDescending(Best).Take(2).Select(Best), chosen[3..].Select(Best));
    }

    // Unit rows for the nodes of the first batch, and their loss.
    private static (GraphBatch Batch, float[] Rows, double Loss) Run(GraphLossSettings loss)
    {
        IBatchSampler sampler = loss.Sampler(s_graph, 8, seed: 1);
        GraphBatch batch = new GraphBatch(s_graph.NodeCount, 8, loss.NegativesOf(8));
        sampler.BeginEpoch(1);
        sampler.Fill(0, batch);
        Xoshiro256 random = Xoshiro256.Stream(4);
        float[] rows = [.. Enumerable.Range(0, batch.Nodes.Count * Dimension).Select(_ => (float)random.NextNormal())];
        new CosineRows(batch.Nodes.Count, Dimension).Forward(rows);
        return (batch, rows, loss.Of(batch, Dimension, cosines: true, threads: 0).Step(batch, rows, new float[rows.Length]));
    }

    private static double Uniformity(float[] x, int[] rows, int size)
    {
        int[] distinct = [.. rows.Take(size).Distinct()];
        return Math.Log(distinct.SelectMany(_ => distinct, (p, q) => (p, q)).Where(pair => pair.p != pair.q)
            .Average(pair => Math.Exp(-2 * Square(x, pair.p, pair.q))));
    }

    private static double Dot(float[] x, int a, int b) =>
        Enumerable.Range(0, Dimension).Sum(d => (double)x[(a * Dimension) + d] * x[(b * Dimension) + d]);

    private static double Square(float[] x, int a, int b) => Dot(x, a, a) + Dot(x, b, b) - (2 * Dot(x, a, b));
}
