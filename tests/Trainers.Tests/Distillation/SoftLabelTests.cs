using HybridRec.MLNet.Items;
using HybridRec.MLNet.Ranking;
using HybridRec.MLNet.Tests.Ranking;

namespace HybridRec.MLNet.Tests.Distillation;

public sealed class SoftLabelTests
{
    private const int Users = 11, Items = 40;

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    public void Soft_AnyTemperature_EqualsTheFormulaAndFiniteDifferences(double temperature)
    {
        float[] scores = HeadCases.Numbers(7, 1), teacher = HeadCases.Numbers(7, 2), slopes = new float[7];
        float[] targets = Array.ConvertAll(Softmax(teacher, temperature), p => (float)p);
        Assert.Equal(Loss(scores), ListLoss.Soft(scores, targets, temperature, slopes), 1e-6);
        for (int i = 0; i < scores.Length; i++)
        {
            const float Step = 1e-2f;
            float kept = scores[i];
            scores[i] = kept + Step;
            double above = Loss(scores);
            scores[i] = kept - Step;
            double below = Loss(scores);
            scores[i] = kept;
            Assert.Equal((above - below) / (2 * Step), slopes[i], 1e-4);
        }

        double Loss(float[] s)
        {
            double[] q = Softmax(s, temperature);
            return temperature * temperature * targets.Zip(q, (p, x) => p * Math.Log(p / x)).Sum();
        }
    }

    [Fact]
    public void Soft_StudentLikeTheTeacher_CostsNothing()
    {
        float[] scores = HeadCases.Numbers(9, 3), slopes = new float[9];
        float[] shifted = [.. scores.Select(s => s + 5)];
        Assert.Equal(0, ListLoss.Soft(shifted, Array.ConvertAll(Softmax(scores, 2), p => (float)p), 2, slopes), 1e-6);
        Assert.All(slopes, slope => Assert.Equal(0, slope, 1e-6));
    }

    [Fact]
    public void Soft_HugeScoresAndVanishedTargets_StaysFinite()
    {
        float[] slopes = new float[3];
        Assert.True(double.IsFinite(ListLoss.Soft([1e30f, -1e30f, 0], [0, 0.5f, 0.5f], 0.1, slopes)));
        Assert.All(slopes, slope => Assert.True(float.IsFinite(slope)));
    }

    [Fact]
    public void Of_Lists_HoldPositivesTheTeachersTopAndOthers()
    {
        var data = HeadCases.Data(Users, Items, seed: 2);
        var lists = UserList.Of(data, Enumerable.Range(0, Users));
        var scorer = new TableScorer(Users, Items);
        var labels = SoftLabels.Of(data, Teacher(scorer), lists, Options(top: 5, sampled: 6));
        foreach (var list in lists)
        {
            var soft = labels[list.Id]!;
            int[] positives = data.HeldOut.ItemsOf(list.User).ToArray();
            Assert.Equal(positives, soft.Items[..soft.Positives]);
            Assert.Equal(soft.Items.Length, soft.Items.Distinct().Count());
            int masked = data.Known.ItemsOf(list.User).ToArray().Except(positives).Single();
            Assert.DoesNotContain(masked, soft.Items);
            var best = Enumerable.Range(0, Items).Where(item => item != masked).OrderByDescending(item => scorer.Of(list.User, item))
                .Take(5);
            Assert.Empty(best.Except(soft.Items));
            Assert.InRange(soft.Items.Length, positives.Length + 5, positives.Length + 11);
            Assert.Equal(1, soft.Targets.Sum(p => (double)p), 1e-5);
            Assert.Equal(
                soft.Items.OrderByDescending(item => scorer.Of(list.User, item)),
                soft.Items.Zip(soft.Targets).OrderByDescending(p => p.Second).Select(p => p.First));
        }
    }

    [Fact]
    public void Of_TeacherOfAnotherScale_GivesTheSameLabels()
    {
        var data = HeadCases.Data(Users, Items, seed: 2);
        var lists = UserList.Of(data, Enumerable.Range(0, Users));
        SoftLabels one = SoftLabels.Of(data, Teacher(new TableScorer(Users, Items)), lists, Options(8, 8)),
            other = SoftLabels.Of(data, Teacher(new TableScorer(Users, Items, scale: 1024, shift: 7)), lists, Options(8, 8));
        Assert.Equal(one.Factor, other.Factor * 1024, one.Factor * 1e-3);
        foreach (var list in lists)
            Assert.All(one[list.Id]!.Targets.Zip(other[list.Id]!.Targets), p => Assert.Equal(p.First, p.Second, 1e-3));
    }

    [Fact]
    public void Of_UsersAndItemsItDoesNotKnow_HaveNoLabels()
    {
        var data = HeadCases.Data(Users, Items, seed: 2);
        var lists = UserList.Of(data, Enumerable.Range(0, Users));
        int[] users = [.. Enumerable.Range(0, Users).Select(user => user == 3 ? -1 : user)],
            items = [.. Enumerable.Range(0, Items).Select(item => item % 2 == 0 ? item : -1)];
        var labels = SoftLabels.Of(data, new TeacherScores(new TableScorer(Users, Items), users, items), lists, Options(8, 8));
        Assert.Null(labels[lists.Single(list => list.User == 3).Id]);
        Assert.All(
            lists.Select(list => labels[list.Id]).OfType<SoftList>(), soft => Assert.All(soft.Items, item => Assert.Equal(0, item % 2)));
        Assert.Equal(Users - 1, labels.Count);
    }

    [Fact]
    public void Compute_WithSoftLabels_EqualsDirectionalDifferences()
    {
        var data = HeadCases.Data(Users, Items, seed: 2);
        var lists = UserList.Of(data, Enumerable.Range(0, Users));
        var options = Options(6, 6) with { Head = RankingHead.Mlp(dropout: 0), Negatives = 5, L2Regularization = 0.1f };
        foreach (var head in (RankingHeadKind[])[RankingHeadKind.TwoTower, RankingHeadKind.Mlp])
        {
            var weights = HeadCases.Weights(HeadCases.Shape(head, 6), seed: 4);
            var gradient = new HeadGradient(
                data, weights, options, threads: 2, SoftLabels.Of(data, Teacher(new TableScorer(Users, Items)), lists, options));
            float[] slopes = new float[weights.Parameters.Length];
            gradient.Compute(weights, lists, 1, slopes);
            double norm = Math.Sqrt(slopes.Sum(s => (double)s * s));
            for (int trial = 0; trial < 5; trial++)
            {
                const float Step = 2e-3f;
                float[] direction = HeadCases.Numbers(slopes.Length, 100 + trial);
                double expected = (At(Step) - At(-Step)) / (2 * Step), actual = slopes.Zip(direction, (s, d) => (double)s * d).Sum();
                Assert.True(Math.Abs(expected - actual) <= 5e-3 * norm, $"{head}: {actual}, finite difference {expected}, norm {norm}");
                double At(float step) =>
                    gradient.Compute(weights.With([.. weights.Parameters.Zip(direction, (p, d) => p + (step * d))]), lists, 1, []);
            }
        }
    }

    private static RankingOptions Options(int top, int sampled) => new RankingOptions()
    {
        Distillation = new(null!) { TopItems = top, SampledItems = sampled, Temperature = 1.5f, SoftShare = 0.7f }
    }.InEffect(seed: 1);

    private static TeacherScores Teacher(TableScorer scorer) =>
        new(scorer, [.. Enumerable.Range(0, Users)], [.. Enumerable.Range(0, Items)]);

    private static double[] Softmax(float[] scores, double temperature)
    {
        double[] powers = [.. scores.Select(s => Math.Exp(s / temperature))];
        return [.. powers.Select(p => p / powers.Sum())];
    }

    /// <summary>Scores of a table of random numbers.</summary>
    private sealed class TableScorer(int users, int items, float scale = 1, float shift = 0) : IItemScorer
    {
        private readonly float[] _table = HeadCases.Numbers(users * items, 77);

        public int UserCount => users;

        public int ItemCount => items;

        public long NonFiniteScores => 0;

        public float Of(int user, int item) => _table[user * items + item];

        public void Score(int user, Span<float> scores)
        {
            for (int item = 0; item < items; item++)
                scores[item] = Of(user, item) * scale + shift;
        }
    }
}
