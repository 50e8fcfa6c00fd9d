using CsCheck;

namespace HybridRec.MLNet.Accel.Tests.Sampling;

public sealed class NegativeSamplerTests
{
    [Fact]
    public void Uniform_AnyGraph_NeverDrawsSeen() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 9]).Array[0, 40].Sample(pairs =>
        {
            InteractionGraph graph = Graph(pairs, users: 4, items: 10);
            var uniform = new UniformNegativeSampler(graph);
            Xoshiro256 random = Xoshiro256.Stream(1);
            for (int user = 0; user < 4; user++)
            {
                bool any = graph.ItemsOf(user).Length < 10;
                Assert.Equal(any, uniform.TrySample(user, ref random, out int item));
                Assert.Equal(any, item >= 0);
                Assert.False(graph.Contains(user, item));
            }
        });

    [Fact]
    public void Uniform_ManyDraws_AreEvenOverTheUnseen()
    {
        InteractionGraph graph = Graph([(0, 0), (0, 3), (0, 4), (0, 9)], users: 1, items: 10);
        var sampler = new UniformNegativeSampler(graph);
        Xoshiro256 random = Xoshiro256.Stream(2);
        int[] counts = new int[10];
        for (int i = 0; i < 12_000; i++)
        {
            Assert.True(sampler.TrySample(0, ref random, out int item));
            counts[item]++;
        }
        foreach (int seen in (int[])[0, 3, 4, 9])
            Assert.Equal(0, counts[seen]);
        foreach (int unseen in (int[])[1, 2, 5, 6, 7, 8])
            Assert.InRange(counts[unseen], 1_750, 2_250);
    }

    [Fact]
    public void Fill_UserWhoSawEverything_GetsMinusOne()
    {
        InteractionGraph graph = Graph([(0, 0), (0, 1)], users: 2, items: 2);
        int[] negatives = [7, 7, 7];
        Xoshiro256 random = Xoshiro256.Stream(3);
        new UniformNegativeSampler(graph).Fill([0, 1, 0], negatives, ref random);
        Assert.Equal(-1, negatives[0]);
        Assert.InRange(negatives[1], 0, 1);
        Assert.Equal(-1, negatives[2]);
    }

    [Fact]
    public void Fill_LengthsDiffer_Throws()
    {
        var sampler = new UniformNegativeSampler(Graph([], users: 1, items: 1));
        Assert.Throws<ArgumentException>(() =>
        {
            Xoshiro256 random = Xoshiro256.Stream(3);
            sampler.Fill([0], new int[2], ref random);
        });
    }

    [Fact]
    public void AliasTable_AnyWeights_FollowThem() => Gen.Int[0, 5].Array[1, 8].Where(w => w.Sum() > 0).Sample(weights =>
    {
        var table = new AliasTable([.. weights.Select(w => (double)w)]);
        int[] counts = new int[weights.Length];
        Xoshiro256 random = Xoshiro256.Stream(6);
        for (int i = 0; i < 6_000; i++)
            counts[table.Sample(ref random)]++;
        for (int i = 0; i < weights.Length; i++)
        {
            double expected = 6_000.0 * weights[i] / weights.Sum();
            Assert.InRange(counts[i], expected - (6 * Math.Sqrt(expected)), expected + (6 * Math.Sqrt(expected)));
        }
    }, iter: 50);

    [Fact]
    public void AliasTable_BadWeights_SaysWhich()
    {
        Assert.Contains(
            "Weight 1 is -1", Assert.Throws<ArgumentException>(() => new AliasTable([1, -1])).Message, StringComparison.Ordinal);
        Assert.Contains(
            "Weight 0 is NaN", Assert.Throws<ArgumentException>(() => new AliasTable([double.NaN])).Message, StringComparison.Ordinal);
        Assert.Contains("sum to 0", Assert.Throws<ArgumentException>(() => new AliasTable([0, 0])).Message, StringComparison.Ordinal);
    }

    private static InteractionGraph Graph((int User, int Item)[] pairs, int users, int items) =>
        InteractionGraph.FromPairs(users, items, [.. pairs.Select(p => p.User)], [.. pairs.Select(p => p.Item)]);
}
