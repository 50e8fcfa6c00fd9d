using System.Numerics.Tensors;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Serving;

/// <summary>The vectors that leave a recommender: what they score is what it scores.</summary>
public sealed class VectorTests
{
    private const float Rounding = 1e-4f;

    [Theory]
    [InlineData(RankingHeadKind.DotProduct)]
    [InlineData(RankingHeadKind.Linear)]
    [InlineData(RankingHeadKind.TwoTower)]
    public void ExportVectors_ExactHeads_InnerProductAndConstantAreTheScore(RankingHeadKind head)
    {
        var ml = new MLContext(seed: 1);
        using Recommender recommender = ServingData.Recommender(ml, head);
        RecommenderVectors vectors = recommender.ExportVectors();
        Assert.True(vectors.IsExact);
        Assert.Equal(
            (recommender.ItemCount, recommender.UserCount, recommender.Dimension),
            (vectors.ItemCount, vectors.UserCount, vectors.Dimension));
        var items = vectors.Items.ToDictionary(item => item.Item);
        Assert.Equal(recommender.ItemCount, items.Count);
        Assert.Equal(recommender.UserCount, vectors.Users.Count());
        foreach (UserVector user in vectors.Users.Take(5))
        {
            Assert.Equal(recommender.QueryVector(user.User), user.Vector.ToArray());
            Assert.All(recommender.Recommend(user.User), item =>
                Assert.Equal(
                    item.Score, TensorPrimitives.Dot(user.Vector.Span, items[item.Item].Vector.Span) + vectors.Constant, Rounding));
        }

        Assert.All(vectors.Items, item => Assert.Equal(
            recommender.FindItem(item.Item), new ItemInfo(item.Item, item.Title, item.Categories, item.Interactions), SameItem));
    }

    [Fact]
    public void QueryVector_CanceledFirstHistory_IsFittedByTheNext()
    {
        using var recommender = ServingData.Recommender(new MLContext(seed: 1));
        string[] history = ["1", "2"];
        var canceled = new CancellationToken(canceled: true);
        Assert.ThrowsAny<OperationCanceledException>(() => recommender.QueryVector(history, canceled));
        var vectors = new float[4][];
        Parallel.For(0, vectors.Length, i => vectors[i] = recommender.QueryVector(history));
        Assert.All(vectors, vector => Assert.Equal(vectors[0], vector));
        Assert.Equal(vectors[0], recommender.QueryVector(history, canceled)); // nothing is left to cancel
    }

    [Fact]
    public void ExportVectors_Mlp_SaysThatTheyAreNotTheWholeScore()
    {
        using Recommender recommender = ServingData.Recommender(new MLContext(seed: 1), RankingHeadKind.Mlp);
        Assert.False(recommender.ExportVectors().IsExact);
    }

    [Fact]
    public void ExportVectors_SwappedMeanwhile_StaysWithItsVersion()
    {
        var ml = new MLContext(seed: 1);
        using Recommender recommender = ServingData.Recommender(ml, options: new() { Version = "old" });
        RecommenderVectors vectors = recommender.ExportVectors();
        float[] before = vectors.Users.First().Vector.ToArray();
        recommender.Swap(ServingData.Fit(ml, RankingHeadKind.Linear), ServingData.View(ml), new() { Version = "new" });
        Assert.Equal(("old", "new"), (vectors.Version, recommender.Version));
        Assert.Equal(before, vectors.Users.First().Vector.ToArray());
        Assert.NotEqual(before, recommender.ExportVectors().Users.First().Vector.ToArray());
    }

    [Fact]
    public void ExportVectors_Texts_CosineIsTheScoreOfATextQuery()
    {
        using Recommender recommender = ServingData.Recommender(new MLContext(seed: 1));
        RecommenderVectors vectors = recommender.ExportVectors();
        float[] query = recommender.TextVector("alien planet");
        Assert.Equal(vectors.TextDimension, query.Length);
        Assert.Equal(1, TensorPrimitives.Norm<float>(query), Rounding);
        var items = vectors.Items.ToDictionary(item => item.Item);
        var found = recommender.Recommend(new RecommendationRequest { Text = "alien planet", Count = 5 }).Items;
        Assert.All(
            found, item => Assert.Equal(item.Score, TensorPrimitives.Dot<float>(query, items[item.Item].TextVector!.Value.Span), Rounding));
    }

    [Fact]
    public void QueryVector_History_FindsWhatTheHistoryFinds()
    {
        using Recommender recommender = ServingData.Recommender(new MLContext(seed: 1), RankingHeadKind.Linear);
        string[] history = ["1", "5", "no such item"];
        var byVector = recommender.Recommend(new RecommendationRequest { Vector = recommender.QueryVector(history), Deny = history });
        var byHistory = recommender.Recommend(new RecommendationRequest { History = history });
        Assert.Equal(RecommendationSource.History, byHistory.Source);
        Assert.Equal(byHistory.Items.Select(item => item.Item), byVector.Items.Select(item => item.Item));
    }

    [Fact]
    public void QueryVector_HistoryThatSaysNothing_SaysWhy()
    {
        using Recommender recommender = ServingData.Recommender(new MLContext(seed: 1), options: new() { MaxHistory = 2 });
        Assert.Contains(
            "no item of the history", Assert.Throws<ArgumentException>(() => recommender.QueryVector(["no such item"])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "at most 2", Assert.Throws<ArgumentException>(() => recommender.QueryVector(["1", "2", "3"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void TextVector_BlankTooLongOrNoTexts_SaysWhy()
    {
        var ml = new MLContext(seed: 1);
        using Recommender recommender = ServingData.Recommender(ml, options: new() { MaxTextLength = 8 });
        Assert.Throws<ArgumentException>(() => recommender.TextVector(" "));
        Assert.Contains(
            "at most 8", Assert.Throws<ArgumentException>(() => recommender.TextVector("much too long")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "knows nothing", Assert.Throws<ArgumentException>(() => recommender.TextVector("zzz")).Message, StringComparison.Ordinal);
        using Recommender silent = ServingData.Recommender(ml, options: new() { TextQueries = false });
        Assert.Throws<NotSupportedException>(() => silent.TextVector("alien"));
        Assert.Equal(0, silent.ExportVectors().TextDimension);
    }

    [Fact]
    public void ExportVectors_ModelWithoutVectors_SaysSo()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ServingData.View(ml);
        var chain = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(ml.Hybrid.GraphFilter(new GraphFilterOptions()));
        using Recommender recommender = ml.Hybrid.CreateRecommender(chain.Fit(data), data);
        Assert.Throws<NotSupportedException>(recommender.ExportVectors);
        Assert.Throws<NotSupportedException>(() => recommender.QueryVector(["1"]));
    }

    private static bool SameItem(ItemInfo? left, ItemInfo? right) =>
        left is not null && right is not null && left with { Categories = [] } == right with { Categories = [] }
        && left.Categories.SequenceEqual(right.Categories);
}
