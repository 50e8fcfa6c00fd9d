using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Ranking;

/// <summary>The whole pipeline on the checkerboard, whose right answer is provable: the withheld item comes first.</summary>
public sealed class HybridPipelineTests
{
    [Theory]
    [InlineData(RankingHeadKind.Mlp)]
    [InlineData(RankingHeadKind.Linear)]
    public void Pipeline_Checkerboard_PutsTheWithheldItemFirst(RankingHeadKind head)
    {
        var ml = new MLContext(seed: 1);
        var train = Checkerboard.View(ml, Checkerboard.TrainRows);
        var model = ml.Transforms.Conversion.MapValueToKey("User")
            .Append(ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText"))
            .Append(ml.Hybrid.GnnEmbedding(new()
            {
                Dimension = 16,
                Model = GraphModel.LightGcn(layers: 2),
                NodeFeatures = ["ItemMeaning"],
                Training = new() { Epochs = 15, Seed = 1 }
            }))
            .Append(ml.Hybrid.UserProfile("UserMeaning", "ItemMeaning"))
            .Append(ml.Hybrid.Fuse("Features", "UserGraph", "UserMeaning", "ItemGraph", "ItemMeaning"))
            .Append(ml.Hybrid.Ranking(new() { Head = Heads.Of(head, [16]), Training = new() { Epochs = 10 } }))
            .Fit(train);

        using var recommender = ml.Hybrid.CreateRecommender(model, train);
        int right = Enumerable.Range(0, Checkerboard.Users)
            .Count(user => recommender.Recommend(Checkerboard.UserId(user), 1)[0].Item == Checkerboard.ItemId(Checkerboard.Withheld(user)));
        Assert.True(right >= Checkerboard.Users - 1, $"{right} of {Checkerboard.Users}");

        var cold = new CheckerboardRow { Item = "new", ItemText = Checkerboard.ItemText(0), Label = 1 };
        using var withCold = ml.Hybrid.CreateRecommender(model, train, items: Checkerboard.View(ml, [cold]));
        Assert.Equal(Checkerboard.Items + 1, withCold.ItemCount);
        var scores = withCold.Recommend(Checkerboard.UserId(0), 100).ToDictionary(r => r.Item, r => r.Score);
        Assert.True(
            scores["new"] > scores[Checkerboard.ItemId(1)],
            "an item of the user's taste, known by its text alone, comes before one of the other taste");
    }

    [Fact]
    public void Pipeline_ChainsInChains_EqualsOneChain()
    {
        // Append on a variable of type IEstimator puts the chain so far into a new one: every stage but the last is transformed
        // anew before the next is fitted.
        var ml = new MLContext(seed: 1);
        var train = Checkerboard.View(ml, Checkerboard.TrainRows);
        IEstimator<ITransformer>[] stages =
        [
            ml.Transforms.Conversion.MapValueToKey("User"),
            ml.Transforms.Conversion.MapValueToKey("Item"),
            ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText"),
            ml.Hybrid.GnnEmbedding(new()
            {
                Dimension = 8,
                Model = GraphModel.LightGcn(layers: 1),
                NodeFeatures = ["ItemMeaning"],
                Training = new() { Epochs = 3, Seed = 1 }
            }), ml.Hybrid.UserProfile("UserMeaning", "ItemMeaning"),
            ml.Hybrid.Fuse("Features", "UserGraph", "UserMeaning", "ItemGraph", "ItemMeaning"),
            ml.Hybrid.Ranking(new() { Head = RankingHead.Mlp([8]), Training = new() { Epochs = 3 } }),
        ];
        var one = stages.Aggregate(new EstimatorChain<ITransformer>(), (chain, stage) => chain.Append(stage));
        var nested = stages.Skip(1).Aggregate(stages[0], (start, stage) => new EstimatorChain<ITransformer>().Append(start).Append(stage));
        var test = Checkerboard.View(ml, Checkerboard.TestRows);
        Assert.Equal(Scores(one.Fit(train).Transform(test)), Scores(nested.Fit(train).Transform(test)));

        static float[] Scores(IDataView view) => [.. view.GetColumn<float>("Score")];
    }
}
