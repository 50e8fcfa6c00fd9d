using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Evaluation;

public sealed class EvaluateTopKTests
{
    private const double Exact = 1e-12;

    [Fact]
    public void EvaluateTopK_TwoUsers_GivesTheFractionsOneComputesByHand()
    {
        // EntityTables 1..6. User 10 had 6 and should get 1 and 3; user 11 had 5 and should get 4.
        var split = Split([.. Known.Items(1, 6), (10, 6, 1), (11, 5, 1)], [(10, 1, 1), (10, 3, 1), (11, 4, 1)]);
        // Both are ranked 6 5 4 3 2 1 without what they had: user 10 sees 5 4 3 2 1, user 11 sees 6 4 3 2 1.
        var report = Known.Ml.Hybrid.EvaluateTopK(Known.Model((_, item) => item), split, k: [3, 5]);

        // User 10: hits at ranks 3 and 5 (from 1). User 11: a hit at rank 2.
        Assert.Equal(((1.0 / 3) + (1.0 / 3)) / 2, report[TopKMetric.Precision, 3].Value, Exact);
        Assert.Equal(((2.0 / 5) + (1.0 / 5)) / 2, report[TopKMetric.Precision, 5].Value, Exact);
        Assert.Equal(((1.0 / 2) + 1) / 2, report[TopKMetric.Recall, 3].Value, Exact);
        Assert.Equal(1, report[TopKMetric.Recall, 5].Value, Exact);
        Assert.Equal(((1.0 / 3) + (1.0 / 2)) / 2, report[TopKMetric.Mrr, 3].Value, Exact);
        Assert.Equal(((1.0 / 3 / 2) + (1.0 / 2)) / 2, report[TopKMetric.Map, 3].Value, Exact);
        Assert.Equal(((((1.0 / 3) + (2.0 / 5)) / 2) + (1.0 / 2)) / 2, report[TopKMetric.Map, 5].Value, Exact);
        Assert.Equal(1, report[TopKMetric.HitRate, 3].Value, Exact);
        var ideal = 1 + (1 / Math.Log2(3));
        Assert.Equal(((0.5 / ideal) + (1 / Math.Log2(3))) / 2, report[TopKMetric.Ndcg, 3].Value, Exact);
        // Lists of 3: 5 4 3 and 6 4 3: four of six items.
        Assert.Equal(4.0 / 6, report[TopKMetric.Coverage, 3].Value, Exact);
        // Training users 0, 10, 11; items 5 and 6 had by two of them, 3 and 4 by one.
        Assert.Equal((Math.Log2(3.0 / 2) + Math.Log2(3) + Math.Log2(3)) / 3, report[TopKMetric.Novelty, 3].Value, Exact);
        Assert.Equal(2, report.Counts.Users);
        Assert.Equal(6, report.Counts.Items);
        Assert.Equal(5, report.Counts.CandidatesPerUser);
        Assert.Equal(1.5, report.Counts.RelevantPerUser);
        Assert.Equal(["10", "11"], report.UserIds);
        Assert.Equal([1.0 / 3, 1.0 / 2], report.Model.PerUser(TopKMetric.Mrr, 3));
    }

    [Fact]
    public void EvaluateTopK_Baselines_StandWhereTheyMust()
    {
        var split = Known.RandomSplit(seed: 3, users: 40, items: 50, perUser: 15, heldOut: 5);
        var report = Known.Ml.Hybrid.EvaluateTopK(
            Known.Model((user, item) => Known.Noise(user, item, 1000)), split, new TopKOptions { RelevanceThreshold = 4 });

        Assert.Equal(["Model", "Random", "Popularity", "ItemMean", "Oracle"], report.Rows.Select(row => row.Name));
        foreach (var k in report.K)
        {
            foreach (var row in report.Rows)
            {
                foreach (var metric in Enum.GetValues<TopKMetric>().Where(metric => metric <= TopKMetric.HitRate))
                {
                    Assert.InRange(row[metric, k].Value, 0, report["Oracle"][metric, k].Value);
                    Assert.InRange(row[metric, k].Value, row[metric, k].Lower, row[metric, k].Upper);
                }
            }
            Assert.Equal(1, report["Oracle"][TopKMetric.Ndcg, k].Value, Exact);
        }
        // A model that knows nothing is as good as random: the gap it closes is small.
        Assert.InRange(report.Lift(TopKMetric.Ndcg, 10), -0.15, 0.15);
    }

    [Fact]
    public void EvaluateTopK_PerfectModel_EqualsTheOracle()
    {
        var split = Known.RandomSplit(seed: 5, users: 20, items: 30, perUser: 12, heldOut: 4);
        var relevant = Pairs(split.TestSet);
        var report = Known.Ml.Hybrid.EvaluateTopK(Known.Model((user, item) => relevant.Contains((user, item)) ? 1 : 0), split);
        foreach (var metric in Enum.GetValues<TopKMetric>().Where(metric => metric <= TopKMetric.HitRate))
            Assert.Equal(report["Oracle"][metric, 10].Value, report[metric, 10].Value, Exact);
        Assert.Equal(1, report.Lift(TopKMetric.Map, 10), Exact);
    }

    [Fact]
    public void EvaluateTopK_Popularity_RanksByDistinctUsers()
    {
        // Item 2 has two users; item 1 has one user, three times.
        var split = Split([(1, 1, 1), (1, 1, 1), (1, 1, 1), (1, 2, 1), (2, 2, 1), (3, 3, 1)], [(3, 2, 1)]);
        var report = Known.Ml.Hybrid.EvaluateTopK(Known.Model((_, item) => -item), split, k: [1]);
        Assert.Equal(1, report["Popularity"][TopKMetric.Precision, 1].Value);
        Assert.Equal(0, report[TopKMetric.Precision, 1].Value);
    }

    [Fact]
    public void EvaluateTopK_ItemMean_OnlyWithGradedLabels()
    {
        // Mean of all labels 8/3. Item 1: (5 + 5 * 8/3) / 6 = 3.06; item 2: (3 + 5 * 8/3) / 7 = 2.33; item 3 (validation only): 8/3.
        var train = Known.Ratings((1, 1, 5), (1, 2, 1), (2, 2, 2));
        var split = new InteractionSplit(train, Known.Ratings((4, 3, 1)), Known.Ratings((3, 3, 3)), "by hand");
        var report = Known.Ml.Hybrid.EvaluateTopK(Known.Model((_, _) => 0), split, k: [1, 2]);
        Assert.Equal(0, report["ItemMean"][TopKMetric.HitRate, 1].Value);
        Assert.Equal(1, report["ItemMean"][TopKMetric.HitRate, 2].Value);

        var implicitSplit = Split([(1, 1, 1), (2, 2, 1)], [(1, 2, 1)]);
        Assert.Throws<ArgumentException>(() => Known.Ml.Hybrid.EvaluateTopK(Known.Model((_, _) => 0), implicitSplit)["ItemMean"]);
    }

    [Fact]
    public void EvaluateTopK_ConstantScore_IsPunished()
    {
        var split = Split(Known.Items(1, 10), [(10, 1, 1), (10, 2, 1)]);
        var report = Known.Ml.Hybrid.EvaluateTopK(Known.Model((_, _) => 7), split, k: [8, 9]);
        Assert.Equal(0, report[TopKMetric.HitRate, 8].Value);
        Assert.Equal(1.0 / 9, report[TopKMetric.Precision, 9].Value, Exact);
    }

    [Fact]
    public void EvaluateTopK_NaNScores_RankLastAndAreCounted()
    {
        var split = Split(Known.Items(1, 4), [(10, 4, 1)]);
        var report = Known.Ml.Hybrid.EvaluateTopK(Known.Model((_, item) => item == 4 ? float.NaN : -item), split, k: [3, 4]);
        Assert.Equal(0, report[TopKMetric.HitRate, 3].Value);
        Assert.Equal(0.25, report[TopKMetric.Mrr, 4].Value);
        Assert.Equal(1, report.Counts.NonFiniteScores);
    }

    [Fact]
    public void EvaluateTopK_KAboveTheItems_KeepsKInTheDenominator()
    {
        var split = Split(Known.Items(1, 3), [(10, 2, 1)]);
        var report = Known.Ml.Hybrid.EvaluateTopK(Known.Model((_, item) => item), split, k: [100]);
        Assert.Equal(1.0 / 100, report[TopKMetric.Precision, 100].Value, Exact);
        Assert.Equal(1, report[TopKMetric.Recall, 100].Value);
        Assert.Equal(1, report[TopKMetric.Coverage, 100].Value);
    }

    [Fact]
    public void EvaluateTopK_DuplicateTestRows_CountOnce()
    {
        var one = Split(Known.Items(1, 5), [(10, 2, 1), (10, 3, 0)]);
        // Item 2 is relevant in one of its two rows, and so is an item that is not ranked.
        var twice = Split(Known.Items(1, 5), [(10, 2, 0), (10, 3, 0), (10, 2, 1), (10, 3, 0)]);
        var model = Known.Model((_, item) => item);
        Assert.Equal(
            Known.Ml.Hybrid.EvaluateTopK(model, one)[TopKMetric.Ndcg, 10], Known.Ml.Hybrid.EvaluateTopK(model, twice)[TopKMetric.Ndcg, 10]);

        var outside = Split(Known.Items(1, 5), [(10, 2, 1), (10, 99, 1), (10, 99, 1)]);
        Assert.Equal(0.5, Known.Ml.Hybrid.EvaluateTopK(model, outside)[TopKMetric.Recall, 10].Value);
    }

    [Fact]
    public void EvaluateTopK_AnyNumberOfThreads_GivesTheSame()
    {
        var split = Known.RandomSplit(seed: 11, users: 700, items: 20, perUser: 8, heldOut: 3);
        var model = Known.Model((user, item) => Known.Noise(user, item, 5));
        var one = Known.Ml.Hybrid.EvaluateTopK(model, split, new TopKOptions { Threads = 1, Seed = 1 });
        var many = Known.Ml.Hybrid.EvaluateTopK(model, split, new TopKOptions { Threads = 4, Seed = 1 });
        foreach (var metric in Enum.GetValues<TopKMetric>())
            Assert.Equal(one[metric, 10], many[metric, 10]);
    }

    [Fact]
    public void EvaluateTopK_RandomRow_IsTheMeanOfRandomModels()
    {
        var split = Known.RandomSplit(seed: 13, users: 12, items: 15, perUser: 7, heldOut: 3);
        var options = new TopKOptions { K = [4], BootstrapSamples = 0, RelevanceThreshold = 3 };
        var models = Enumerable.Range(0, 400)
            .Select(run => Known.Ml.Hybrid.EvaluateTopK(
                Known.Model((user, item) => Known.Noise(user + (run * 101), item, 1 << 20)), split, options with { Baselines = run == 0 }))
            .ToArray();
        foreach (var metric in Enum.GetValues<TopKMetric>().Where(metric => metric != TopKMetric.Gini))
            Assert.Equal(models[0]["Random"][metric, 4].Value, models.Average(report => report[metric, 4].Value), 0.02);
    }

    private static InteractionSplit Split((int, int, float)[] train, (int, int, float)[] test) =>
        new(Known.Ratings(train), Known.Ratings(test), "by hand");

    private static HashSet<(int, int)> Pairs(IDataView view) =>
        [.. Known.Ml.Data.CreateEnumerable<Rating>(view, reuseRowObject: false).Select(row => (row.User, row.Item))];
}
