using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace HybridRec.MLNet.Tests.Evaluation;

/// <summary>ML.NET's evaluator and ours are two programs; on the same ranking they must find the same NDCG.</summary>
public sealed class FullRankingViewTests
{
    [Theory]
    [InlineData(1, 10, 1_000_000)]
    [InlineData(2, 10, 4)]
    [InlineData(3, 1, 3)]
    [InlineData(4, 100, 1_000_000)]
    [InlineData(5, 100, 7)]
    [InlineData(6, 100, 1)]
    public void FullRankingView_GivesMlNetsEvaluatorTheExactNdcg(int seed, int k, int levels)
    {
        var split = Known.RandomSplit(seed, users: 50, items: 130, perUser: 30, heldOut: 12);
        AssertAgree(
            Known.Model((user, item) => Known.Noise(user + seed, item, levels)), split, k, new TopKOptions { RelevanceThreshold = 3 });
    }

    [Fact]
    public void FullRankingView_ColdUsersNaNScoresAndItemsOutOfReach_StillAgree()
    {
        var split = new InteractionSplit(
            Known.Ratings([.. Known.Items(1, 30), (10, 1, 1), (11, 2, 1)]),
            Known.Ratings((10, 2, 1), (10, 99, 1), (11, 30, 1), (11, 12, 1), (12, 5, 1), (13, 99, 1)),
            "by hand");
        AssertAgree(Known.Model((user, item) => item % 7 == 2 ? float.NaN : Known.Noise(user, item, 5)), split, 10, new TopKOptions());
        // Nothing but lowest scores: those of the first k and those appended behind them tie.
        AssertAgree(Known.Model((_, _) => float.NaN), split, 10, new TopKOptions());
    }

    [Fact]
    public void FullRankingView_RealModel_Agrees()
    {
        var split = Known.RandomSplit(seed: 9, users: 40, items: 25, perUser: 12, heldOut: 5);
        var pipeline = Known.Ml.Transforms.Conversion.ConvertType(
            [new InputOutputColumnPair("UserNumber", "User"), new InputOutputColumnPair("ItemNumber", "Item")], DataKind.Single)
            .Append(Known.Ml.Transforms.Concatenate("Features", "UserNumber", "ItemNumber"))
            .Append(Known.Ml.Regression.Trainers.FastTree(new FastTreeRegressionTrainer.Options
            {
                NumberOfTrees = 8,
                NumberOfLeaves = 6,
                MinimumExampleCountPerLeaf = 2,
                NumberOfThreads = 1
            }));
        var model = pipeline.Fit(split.TrainSet);
        AssertAgree(model, split, 10, new TopKOptions { RelevanceThreshold = 4 });
        AssertAgree(model, split, 100, new TopKOptions { RelevanceThreshold = 4 });
    }

    [Fact]
    public void FullRankingView_HasFewRows()
    {
        var split = Known.RandomSplit(seed: 2, users: 10, items: 200, perUser: 10, heldOut: 4);
        var view = Known.Ml.Hybrid.FullRankingView(Known.Model((_, item) => item), split, k: 10);
        Assert.InRange(view.GetRowCount()!.Value, 10 * 10, 10 * 14);
        Assert.All(Known.Floats(view, "Score"), score => Assert.True(float.IsFinite(score)));
    }

    private static void AssertAgree(ITransformer model, InteractionSplit split, int k, TopKOptions options)
    {
        var ours = Known.Ml.Hybrid.EvaluateTopK(model, split, options with { K = [k], BootstrapSamples = 0, Baselines = false });
        var view = Known.Ml.Hybrid.FullRankingView(model, split, k, options);
        var theirs = Known.Ml.Ranking.Evaluate(view, new RankingEvaluatorOptions { DcgTruncationLevel = k });
        Assert.Equal(ours[TopKMetric.Ndcg, k].Value, theirs.NormalizedDiscountedCumulativeGains[k - 1], 1e-6);
    }
}
