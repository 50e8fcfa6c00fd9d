using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using static HybridRec.MLNet.Transforms.Tests.Graph.GraphTestData;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary><see cref="GnnEmbeddingOptions.ColdFeatures"/>: they place who has no interaction, and change nobody else.</summary>
public sealed class GnnEmbeddingColdFeaturesTests
{
    private static readonly GnnEmbeddingOptions s_options = new()
    {
        Dimension = 16,
        Training = new() { Epochs = 40, Patience = 0, Seed = 1 },
    };

    [Fact]
    public void Fit_ColdItem_IsRecommendedToItsTasteAndNoOtherVectorMoves()
    {
        var ml = new MLContext(seed: 1);
        int[] cold = [14, 15];
        ITransformer preparation = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(ml.Transforms.Text.FeaturizeText("ItemMeaning", "ItemText")).Fit(Checkerboard.View(ml, Checkerboard.TrainRows));
        IDataView train = preparation.Transform(Checkerboard.View(
            ml, Checkerboard.TrainRows.Where(row => !cold.Any(item => row.Item == Checkerboard.ItemId(item)))));
        GnnEmbeddingTransformer with = ml.Hybrid.GnnEmbedding(s_options with { ColdFeatures = ["ItemMeaning"] }).Fit(train);
        GnnEmbeddingTransformer without = ml.Hybrid.GnnEmbedding(s_options).Fit(train);

        IDataView all = preparation.Transform(
            Checkerboard.View(ml, Enumerable.Range(0, Checkerboard.Users).Select(n => Checkerboard.Row(n, n % Checkerboard.Items))));
        List<float[]> users = ViewRows.Singles(with.Transform(all), "UserGraph");
        List<float[]> items = ViewRows.Singles(with.Transform(all), "ItemGraph");
        Assert.Equal(ViewRows.Singles(without.Transform(all), "UserGraph"), users);
        List<float[]> otherItems = ViewRows.Singles(without.Transform(all), "ItemGraph");
        Assert.All(Enumerable.Range(0, Checkerboard.Items).Except(cold), item => Assert.Equal(otherItems[item], items[item]));
        Assert.All(cold, item => Assert.NotEqual(otherItems[item], items[item]));
        for (int user = 0; user < Checkerboard.Users; user++)
            Assert.True(Dot(users[user], items[14 + (user % 2)]) > Dot(users[user], items[15 - (user % 2)]), $"user {user}");

        ITransformer loaded = ModelBytes.Load(ModelBytes.Save(ml, with, train.Schema), out _);
        Assert.Equal(items, ViewRows.Singles(loaded.Transform(all), "ItemGraph"));
    }

    [Fact]
    public void Fit_ColdFeaturesMissing_AreNamed()
    {
        var ml = new MLContext(seed: 1);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => ml.Hybrid.GnnEmbedding(s_options with { ColdFeatures = ["ItemMeaning"] }).Fit(Board(ml)));
        Assert.Contains("ItemMeaning", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Update_ColdFeatures_PlaceNewItemsAsBefore()
    {
        var ml = new MLContext(seed: 1);
        ITransformer preparation = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(ml.Transforms.Text.FeaturizeText("ItemMeaning", "ItemText")).Fit(Checkerboard.View(ml, Checkerboard.TrainRows));
        IDataView train = preparation.Transform(
            Checkerboard.View(ml, Checkerboard.TrainRows.Where(row => row.Item != Checkerboard.ItemId(14))));
        GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding(s_options with { ColdFeatures = ["ItemMeaning"], Updatable = true })
            .Fit(train);
        ITransformer updated = ((IUpdatableStage)fitted).Update(train, default);
        IDataView item = preparation.Transform(Checkerboard.View(ml, [Checkerboard.Row(0, 14)]));
        Assert.Equal(ViewRows.Singles(fitted.Transform(item), "ItemGraph"), ViewRows.Singles(updated.Transform(item), "ItemGraph"));
    }
}
