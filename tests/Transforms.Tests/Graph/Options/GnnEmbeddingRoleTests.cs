using HybridRec.MLNet.Conformance;
using Microsoft.ML;
using static HybridRec.MLNet.Transforms.Tests.Graph.GraphTestData;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>Node features whose name does not say whom they describe.</summary>
public sealed class GnnEmbeddingRoleTests
{
    [Fact]
    public void Fit_RoleOfAFeature_GoesBeforeItsName()
    {
        var ml = new MLContext(seed: 1);
        GnnEmbeddingTransformer byName = Fit(ml, "ItemMeaning", out _),
            byRole = Fit(ml, new("UserReviews", ColumnRole.Item), out IDataView view);
        Assert.Equal(Items(byName, ml, "ItemMeaning"), Items(byRole, ml, "UserReviews"));

        // A saved model still knows it; one without such features is written as ever.
        ITransformer loaded = ModelBytes.Load(ModelBytes.Save(ml, byRole, view.Schema), out _);
        Assert.Equal(Items(byRole, ml, "UserReviews"), Items(loaded, ml, "UserReviews"));
        Assert.Equal((5, 6), (byName.StateVersion, byRole.StateVersion));
    }

    private static GnnEmbeddingTransformer Fit(MLContext ml, NodeFeature feature, out IDataView view)
    {
        view = WithMeaning(ml, Board(ml), feature.ColumnName);
        return ml.Hybrid.GnnEmbedding(Quick.Train(t => t with { Epochs = 1 }) with { NodeFeatures = [feature] }).Fit(view);
    }

    // An item without a key: its vector comes of its features.
    private static List<float[]> Items(ITransformer model, MLContext ml, string column)
    {
        IDataView rows = Keyed(
            ml, [.. Checkerboard.TrainRows, new() { User = "u0", Item = "novelty", ItemText = Checkerboard.ItemText(3) }]);
        return ViewRows.Singles(model.Transform(WithMeaning(ml, rows, column)), "ItemGraph");
    }

    private static IDataView WithMeaning(MLContext ml, IDataView rows, string column) =>
        ml.Transforms.Text.FeaturizeText(column, "ItemText").Fit(Board(ml)).Transform(rows);
}
