using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Graph;
using Microsoft.ML;
using static HybridRec.MLNet.Transforms.Tests.Graph.GraphTestData;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>Data whose right answer is known: see <see cref="Checkerboard"/>.</summary>
public sealed class GnnEmbeddingCheckerboardTests
{
    [Theory]
    [InlineData(ModelKind.LightGcn, LossKind.SampledSoftmax, SimilarityKind.Cosine)]
    [InlineData(ModelKind.LightGcn, LossKind.Bpr, SimilarityKind.Dot)]
    [InlineData(ModelKind.LightGcn, LossKind.Bpr, SimilarityKind.Cosine)]
    [InlineData(ModelKind.LightGcn, LossKind.SampledSoftmax, SimilarityKind.Dot)]
    [InlineData(ModelKind.Gcn, LossKind.SampledSoftmax, SimilarityKind.Cosine)]
    [InlineData(ModelKind.Gcn, LossKind.Bpr, SimilarityKind.Dot)]
    [InlineData(ModelKind.SimGcl, LossKind.SampledSoftmax, SimilarityKind.Cosine)]
    [InlineData(ModelKind.XSimGcl, LossKind.SampledSoftmax, SimilarityKind.Cosine)]
    [InlineData(ModelKind.XSimGcl, LossKind.Bpr, SimilarityKind.Dot)]
    [InlineData(ModelKind.GraphSage, LossKind.SampledSoftmax, SimilarityKind.Cosine)]
    [InlineData(ModelKind.GraphSage, LossKind.Bpr, SimilarityKind.Dot)]
    [InlineData(ModelKind.GraphSage, LossKind.DirectAu, SimilarityKind.Cosine)]
    [InlineData(ModelKind.PinSage, LossKind.SampledSoftmax, SimilarityKind.Cosine)]
    [InlineData(ModelKind.PinSage, LossKind.Bpr, SimilarityKind.Dot)]
    [InlineData(ModelKind.PinSage, LossKind.Margin, SimilarityKind.Cosine)]
    [InlineData(ModelKind.LightGcn, LossKind.DirectAu, SimilarityKind.Cosine)]
    [InlineData(ModelKind.LightGcn, LossKind.Margin, SimilarityKind.Cosine)]
    public void Fit_Checkerboard_RanksWithheldItemFirst(ModelKind model, LossKind loss, SimilarityKind similarity)
    {
        var ml = new MLContext(seed: 1);
        GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding(new()
        {
            // All of a taste belong together here, which a strong contrast, uniformity or margin forbids.
            Model = model switch
            {
                ModelKind.SimGcl => GraphModel.SimGcl(contrastWeight: 0.02f),
                ModelKind.XSimGcl => GraphModel.XSimGcl(contrastWeight: 0.02f),
                _ => model.Model(),
            },
            Loss = loss.Loss(negatives: 16, uniformityWeight: 0.05f, margin: 0.7f, negativeWeight: 2),
            Similarity = similarity.Similarity(),
            Dimension = 16,
            Training = new() { Epochs = 60, Patience = 0, LearningRate = 0.01, Seed = 1 },
        }).Fit(Board(ml));

        Assert.InRange(WithheldNdcg(ml, fitted), 0.95, 1.0);
    }

    [Fact]
    public void Fit_DefaultsOfEveryOption_RankWithheldItemFirst()
    {
        var ml = new MLContext(seed: 1);
        GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding().Fit(Board(ml));
        Assert.Equal(64, fitted.Dimension);
        Assert.InRange(WithheldNdcg(ml, fitted), 0.9, 1.0);
    }

    [Fact]
    public void Fit_Cosine_DeliversUnitVectors()
    {
        var ml = new MLContext(seed: 1);
        (float[][] users, float[][] items) = Vectors(ml, ml.Hybrid.GnnEmbedding(Quick).Fit(Board(ml)));
        Assert.All(users.Concat(items), vector => Assert.Equal(1, Dot(vector, vector), 1e-5f));
    }

    [Theory]
    [InlineData(ModelKind.LightGcn, SimilarityKind.Cosine, null)]
    [InlineData(ModelKind.LightGcn, SimilarityKind.Dot, null)]
    [InlineData(ModelKind.LightGcn, SimilarityKind.Cosine, 32)]
    [InlineData(ModelKind.AlphaRec, SimilarityKind.Cosine, null)]
    [InlineData(ModelKind.AlphaRec, SimilarityKind.Cosine, 32)]
    [InlineData(ModelKind.GraphSage, SimilarityKind.Cosine, null)]
    [InlineData(ModelKind.GraphSage, SimilarityKind.Dot, 32)]
    [InlineData(ModelKind.PinSage, SimilarityKind.Cosine, 32)]
    [InlineData(ModelKind.PinSage, SimilarityKind.Dot, null)]
    public void Fit_ColdItemsWithFeatures_AreRecommendedToTheirTaste(ModelKind model, SimilarityKind similarity, int? hiddenSize)
    {
        var ml = new MLContext(seed: 1);
        int[] cold = [14, 15];
        IDataView vocabulary = Checkerboard.View(ml, Checkerboard.TrainRows);
        ITransformer preparation = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(ml.Transforms.Text.FeaturizeText("ItemMeaning", "ItemText")).Fit(vocabulary);
        IDataView train = preparation.Transform(Checkerboard.View(
            ml, Checkerboard.TrainRows.Where(r => !cold.Any(c => r.Item == Checkerboard.ItemId(c)))));
        GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding(new()
        {
            Model = model.Model(),
            Loss = GraphLoss.SampledSoftmax(negatives: 16),
            NodeFeatures = ["ItemMeaning"],
            FeatureProjection = hiddenSize is { } units ? GraphFeatureProjection.Mlp(units) : GraphFeatureProjection.Linear,
            Similarity = similarity.Similarity(),
            Dimension = 16,
            Training = new() { Epochs = 60, Patience = 0, Seed = 1 },
        }).Fit(train);

        // The known keys 14 and 15 without an interaction, and an item that has no key at all.
        CheckerboardRow[] rows =
        [
            .. Enumerable.Range(0, Checkerboard.Items).Select(i => Checkerboard.Row(0, i)),
            new() { User = "u0", Item = "novelty", ItemText = Checkerboard.ItemText(14) },
        ];
        List<float[]> items = ViewRows.Singles(fitted.Transform(preparation.Transform(Checkerboard.View(ml, rows))), "ItemGraph");
        IDataView users = fitted.Transform(
            preparation.Transform(Checkerboard.View(ml, Enumerable.Range(0, Checkerboard.Users).Select(u => Checkerboard.Row(u, 0)))));
        int user = 0;
        foreach (float[] vector in ViewRows.Singles(users, "UserGraph"))
        {
            float own = Dot(vector, items[14 + (user % 2)]);
            float bestOfOtherTaste = Enumerable.Range(0, Checkerboard.Items).Where(i => !Checkerboard.Likes(user, i))
                .Max(i => Dot(vector, items[i]));
            Assert.True(
                own > bestOfOtherTaste,
                $"user {user}: the cold item of the user's taste scores {own}, one of the other {bestOfOtherTaste}");
            user++;
        }

        Assert.Equal(items[14], items[16]);
    }

    [Fact]
    public void Transform_UnknownUserAndItem_GivesMeanOfTheTrained()
    {
        var ml = new MLContext(seed: 1);
        GnnEmbeddingTransformer fitted = ml.Hybrid.GnnEmbedding(Quick with { Similarity = GraphSimilarity.Dot }).Fit(Board(ml));
        (float[][] users, float[][] items) = Vectors(ml, fitted);
        IDataView cold = fitted.Transform(Keyed(ml, [new() { User = "stranger", Item = "novelty", Label = 1 }]));
        float[] Mean(float[][] rows) => [.. Enumerable.Range(0, 8).Select(d => rows.Average(row => row[d]))];
        Assert.All(ViewRows.Singles(cold, "UserGraph")[0].Zip(Mean(users)), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        Assert.All(ViewRows.Singles(cold, "ItemGraph")[0].Zip(Mean(items)), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
    }

    [Fact]
    public void ContentRows_OfAUser_AreTheMeanOfTheItemsThatHaveFeatures()
    {
        var items = new NodeFeatureTable([1, 2, 9, 9, 5, 4, 7, 0], [true, false, true, true], 2);
        float[] rows = ContentRows.Build(InteractionGraph.FromPairs(2, 4, [0, 0, 0], [0, 1, 2]), items);
        Assert.Equal((items.Rows[0] + items.Rows[4]) / 2, rows[0], 1e-6f);
        Assert.Equal((items.Rows[1] + items.Rows[5]) / 2, rows[1], 1e-6f);
        Assert.Equal([0, 0], rows[2..4]);
        Assert.Equal(items.Rows, rows[4..]);
    }

    private static double WithheldNdcg(MLContext ml, ITransformer model)
    {
        (float[][] users, float[][] items) = Vectors(ml, model);
        return Enumerable.Range(0, Checkerboard.Users).Average(user =>
        {
            int withheld = Checkerboard.Withheld(user);
            float score = Dot(users[user], items[withheld]);
            int better = Enumerable.Range(0, Checkerboard.Items)
                .Count(i => !Checkerboard.Likes(user, i) && Dot(users[user], items[i]) >= score);
            return 1 / Math.Log2(better + 2);
        });
    }
}
