using HybridRec.MLNet.Ranking;

namespace HybridRec.MLNet.Tests.Ranking;

public sealed class HeadGradientTests
{
    public static TheoryData<RankingHeadKind, RankingObjective, int[]> Cases
    {
        get
        {
            var cases = new TheoryData<RankingHeadKind, RankingObjective, int[]>();
            foreach (var objective in Enum.GetValues<RankingObjective>())
            {
                cases.Add(RankingHeadKind.Linear, objective, []);
                cases.Add(RankingHeadKind.TwoTower, objective, []);
                cases.Add(RankingHeadKind.Mlp, objective, [7]);
                cases.Add(RankingHeadKind.Mlp, objective, [8, 5]);
                cases.Add(RankingHeadKind.Mlp, objective, [5, 9, 3]);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Backward_EveryParameter_EqualsFiniteDifferenceOfTheDoubleReference(
        RankingHeadKind head, RankingObjective objective, int[] hidden)
    {
        const int Count = 9, Positives = 3;
        var weights = HeadCases.Weights(HeadCases.Shape(head, hidden), seed: 3);
        float[] user = HeadCases.Numbers(HeadCases.UserDimension, 5), items = HeadCases.Numbers(Count * HeadCases.ItemDimension, 6);
        double[] parameters = Array.ConvertAll(weights.Parameters, p => (double)p);
        double Loss() => HeadReference.Loss(
            objective, [.. Enumerable.Range(0, Count).Select(i => HeadReference.Score(
                weights, parameters, user, items.AsSpan(i * HeadCases.ItemDimension, HeadCases.ItemDimension)))], Positives);

        float[] scores = new float[Count], slopes = new float[Count], gradient = new float[parameters.Length];
        var pass = new HeadPass(weights, Count);
        pass.Fold(weights, user);
        pass.Forward(items, [], Count, scores);
        Assert.Equal(Loss(), ListLoss.Step(objective, scores, Positives, slopes), 1e-5);
        pass.Backward(items, [], Count, slopes, gradient);

        for (int i = 0; i < parameters.Length; i++)
        {
            const double Step = 1e-5;
            double kept = parameters[i];
            parameters[i] = kept + Step;
            double above = Loss();
            parameters[i] = kept - Step;
            double below = Loss();
            parameters[i] = kept;
            double expected = (above - below) / (2 * Step);
            Assert.True(
                Math.Abs(expected - gradient[i]) <= 2e-5 + 1e-4 * Math.Abs(expected),
                $"parameter {i}: {gradient[i]}, finite difference {expected}");
        }
        Assert.True(gradient.Count(g => g != 0) > gradient.Length / 2);
    }

    [Theory]
    [InlineData(RankingHeadKind.Linear)]
    [InlineData(RankingHeadKind.Mlp)]
    [InlineData(RankingHeadKind.DotProduct)]
    [InlineData(RankingHeadKind.TwoTower)]
    public void Forward_AnyHead_EqualsTheDoubleReference(RankingHeadKind head)
    {
        const int Count = 17;
        var weights = HeadCases.Weights(HeadCases.Shape(head, 11, 6), seed: 8);
        float[] user = HeadCases.Numbers(HeadCases.UserDimension, 9), items = HeadCases.Numbers(Count * HeadCases.ItemDimension, 10),
            scores = new float[Count];
        double[] parameters = Array.ConvertAll(weights.Parameters, p => (double)p);
        var pass = new HeadPass(weights, 32);
        pass.Fold(weights, HeadCases.Numbers(HeadCases.UserDimension, 1)); // what was folded before must not matter
        pass.Fold(weights, user);
        pass.Forward(items, [], Count, scores);
        for (int i = 0; i < Count; i++)
            Assert.Equal(
                HeadReference.Score(weights, parameters, user, items.AsSpan(i * HeadCases.ItemDimension, HeadCases.ItemDimension)),
                scores[i], 1e-5);
    }

    [Fact]
    public void Compute_BatchWithPenalty_EqualsDirectionalDifferences()
    {
        var data = HeadCases.Data(11, 23, seed: 2);
        var weights = HeadCases.Weights(HeadCases.Shape(RankingHeadKind.Mlp, 6), seed: 4);
        var gradient = new HeadGradient(
            data, weights,
            new RankingOptions { Head = RankingHead.Mlp(dropout: 0), Negatives = 5, L2Regularization = 0.3f }.InEffect(seed: 1),
            threads: 2);
        var lists = UserList.Of(data, Enumerable.Range(0, 11));
        float[] slopes = new float[weights.Parameters.Length];
        gradient.Compute(weights, lists, 1, slopes);
        double norm = Math.Sqrt(slopes.Sum(s => (double)s * s));
        for (int trial = 0; trial < 5; trial++)
        {
            const float Step = 2e-3f;
            float[] direction = HeadCases.Numbers(slopes.Length, 100 + trial);
            double expected = (At(Step) - At(-Step)) / (2 * Step), actual = slopes.Zip(direction, (s, d) => (double)s * d).Sum();
            Assert.True(Math.Abs(expected - actual) <= 5e-3 * norm, $"{actual}, finite difference {expected}, norm {norm}");
            double At(float step) =>
                gradient.Compute(weights.With([.. weights.Parameters.Zip(direction, (p, d) => p + (step * d))]), lists, 1, []);
        }
    }

    [Fact]
    public void Compute_AnyThreads_IdenticalBytes()
    {
        var data = HeadCases.Data(40, 31, seed: 2);
        var weights = HeadCases.Weights(HeadCases.Shape(RankingHeadKind.Mlp, 16, 8), seed: 4);
        var lists = UserList.Of(data, Enumerable.Range(0, 40));
        float[][] gradients = [.. new[] { 1, 2, 3, 5 }.Select(threads =>
        {
            float[] slopes = new float[weights.Parameters.Length];
            new HeadGradient(
                data, weights, new RankingOptions { Head = RankingHead.Mlp(dropout: 0.3f) }.InEffect(seed: 1),
                threads).Compute(weights, lists, 1, slopes);
            return slopes;
        })];
        Assert.All(gradients, g => Assert.Equal(gradients[0], g));
    }

    [Fact]
    public void Forward_Dropout_KeepsTheExpectedScore()
    {
        var weights = HeadCases.Weights(HeadCases.Shape(RankingHeadKind.Mlp, 64), seed: 4);
        float[] item = HeadCases.Numbers(HeadCases.ItemDimension, 3), score = new float[1];
        var pass = new HeadPass(weights, 1);
        pass.Fold(weights, HeadCases.Numbers(HeadCases.UserDimension, 2));
        pass.Forward(item, [], 1, score);
        float plain = score[0];
        var random = Accel.Xoshiro256.Stream(1);
        double sum = 0, distinct = 0;
        const int Draws = 20_000;
        for (int i = 0; i < Draws; i++)
        {
            pass.Forward(item, [], 1, score, 0.5f, ref random);
            sum += score[0];
            distinct += score[0] != plain ? 1 : 0;
        }
        Assert.Equal(plain, sum / Draws, 0.1);
        Assert.True(distinct > Draws / 2);
    }

    [Theory]
    [InlineData(RankingObjective.Softmax)]
    [InlineData(RankingObjective.Bpr)]
    [InlineData(RankingObjective.Logistic)]
    public void ListLoss_HugeScores_StayFinite(RankingObjective objective)
    {
        float[] scores = [1e4f, -1e4f, 0, 1e4f, -1e4f], slopes = new float[5];
        Assert.True(double.IsFinite(ListLoss.Step(objective, scores, 2, slopes)));
        Assert.All(slopes, slope => Assert.True(float.IsFinite(slope)));
        Assert.True(slopes[1] < 0);
        Assert.True(slopes[3] > 0);
    }

    [Fact]
    public void Start_BeforeTraining_EqualsTheMixOfDotProducts()
    {
        var shape = HeadCases.Shape(RankingHeadKind.Mlp, 16, 4);
        var start = HeadWeights.Start(shape, [0.5f, 2], [1, 0.25f], seed: 1);
        float[] user = HeadCases.Numbers(HeadCases.UserDimension, 2), item = HeadCases.Numbers(HeadCases.ItemDimension, 3),
            score = new float[1];
        var pass = new HeadPass(start, 1);
        pass.Fold(start, user);
        pass.Forward(item, [], 1, score);
        double first = 0, second = 0;
        for (int k = 0; k < 3; k++)
            first += user[k] * item[k];
        for (int k = 0; k < 5; k++)
            second += user[3 + k] * item[4 + k];
        Assert.Equal((0.5 * first) + (0.25 * 2 * second), score[0], 1e-5);
    }
}
