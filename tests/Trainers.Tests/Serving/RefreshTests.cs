using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Tests.Ranking;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Serving;

/// <summary>New interactions, users and items come into a recommender without building it anew.</summary>
public sealed class RefreshTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(RetrievalMode.Exact, RankingHeadKind.DotProduct)]
    [InlineData(RetrievalMode.Exact, RankingHeadKind.Mlp)]
    [InlineData(RetrievalMode.Approximate, RankingHeadKind.DotProduct)]
    public void Refresh_NewUsersAndItems_AnswersAsARecommenderOfAllRows(RetrievalMode mode, RankingHeadKind head)
    {
        // The first has the earlier half of users and half of the items; the rest comes later.
        var model = ServingData.Fit(_ml, head);
        ServingRow[] early = [.. ServingData.Rows.Where(row => row.User < 30 && row.Item < 40)],
            late = [.. ServingData.Rows.Where(row => !(row.User < 30 && row.Item < 40))];
        var options = new RecommenderOptions { Retrieval = mode, TargetRecall = 1, Candidates = 100 };
        using var refreshed = _ml.Hybrid.CreateRecommender(model, ServingData.View(_ml, early), options);
        Assert.False(refreshed.Knows("45"));
        refreshed.Refresh(ServingData.View(_ml, late));
        using var all = _ml.Hybrid.CreateRecommender(model, ServingData.View(_ml), options with { Retrieval = RetrievalMode.Exact });
        Assert.Equal((all.UserCount, all.ItemCount), (refreshed.UserCount, refreshed.ItemCount));
        int hits = 0;
        for (int user = 0; user < Planted.Users; user++)
        {
            var expected = all.Recommend(user);
            var actual = refreshed.Recommend(user);
            hits += expected.Intersect(actual).Count();
            if (mode == RetrievalMode.Exact)
                Assert.Equal(expected.Select(r => (r.Item, r.Score, r.Title)), actual.Select(r => (r.Item, r.Score, r.Title)));
        }

        Assert.True(hits >= 0.9 * 10 * Planted.Users, $"{hits}");
        Assert.Equal(all.Items().Select(item => item.Interactions), refreshed.Items().Select(item => item.Interactions));
        Assert.Equal(all.Items().Select(item => item.Interactions).Sum(), ServingData.Rows.Count);
    }

    [Fact]
    public void Refresh_NewItem_IsFoundByVectorTextAndCategory()
    {
        using var recommender = ServingData.Recommender(_ml);
        ServingRow wanted = ServingData.Rows.First(row => row.User == 2);
        var item = new ServingRow
        {
            Item = 777,
            ItemTitle = "new",
            ItemGenres = "Opera",
            ItemText = "alien wedding",
            ItemTaste = [.. wanted.UserTaste.Select(x => 10 * x)]
        };
        Assert.Equal("1+1", recommender.Refresh(ServingData.View(_ml, []), ServingData.View(_ml, [item])));
        Assert.Equal(("777", "new"), (recommender.Recommend(2, 1)[0].Item, recommender.Recommend(2, 1)[0].Title));
        Assert.Equal(
            "777", Assert.Single(recommender.Recommend(new RecommendationRequest { User = "2", Categories = ["opera"] }).Items).Item);
        Assert.Equal("777", recommender.Recommend(new RecommendationRequest { Text = "alien wedding", Count = 1 }).Items[0].Item);
        Assert.Equal(["Opera"], recommender.FindItem("777")!.Categories);
        Assert.Equal(0, recommender.FindItem("777")!.Interactions);
        Assert.Contains("Opera", recommender.Categories);
        Assert.Null(recommender.FindItem("778"));
    }

    [Fact]
    public void Refresh_KnownItemDescribedAnew_HasItsNewVectorAndText()
    {
        using var recommender = ServingData.Recommender(_ml);
        ServingRow old = ServingData.Items[0];
        string id = ServingData.Id(old.Item);
        float[] before = recommender.ItemVector(id);
        var other = new ServingRow
        {
            Item = old.Item,
            ItemTitle = "renamed",
            ItemGenres = "Opera",
            ItemText = "sheriff wedding",
            ItemTaste = [.. old.ItemTaste.Select(x => -2 * x)]
        };
        recommender.Refresh(ServingData.View(_ml, []), ServingData.View(_ml, [other]));
        Assert.Equal(before.Select(x => -2 * x), recommender.ItemVector(id));
        ItemInfo found = recommender.FindItem(id)!;
        Assert.Equal(
            (id, "renamed", "Opera", ServingData.Rows.Count(row => row.Item == old.Item)),
            (found.Item, found.Title, string.Join("|", found.Categories), found.Interactions));
        Assert.Equal(id, recommender.Recommend(new RecommendationRequest { Text = "sheriff wedding", Count = 1 }).Items[0].Item);
    }

    [Fact]
    public void Refresh_NewInteraction_IsSeenAndCounts()
    {
        using var recommender = ServingData.Recommender(_ml);
        string best = recommender.Recommend(8, 1)[0].Item;
        int interactions = recommender.FindItem(best)!.Interactions;
        ServingRow item = ServingData.Items.First(row => ServingData.Id(row.Item) == best);
        recommender.Refresh(ServingData.View(_ml, [new ServingRow { User = 8, Item = item.Item }]));
        Assert.DoesNotContain(recommender.Recommend(8, 1000), r => r.Item == best);
        Assert.Equal(interactions + 1, recommender.FindItem(best)!.Interactions);
        Assert.Equal(item.ItemTitle, recommender.FindItem(best)!.Title);
    }

    [Fact]
    public void Refresh_WrongColumn_LeavesTheOldVersion()
    {
        using var recommender = ServingData.Recommender(_ml);
        Assert.ThrowsAny<ArgumentException>(() => recommender.Refresh(_ml.Data.LoadFromEnumerable(new[] { new { Nothing = 1 } })));
        Assert.Equal("1", recommender.Version);
        Assert.Equal(10, recommender.Recommend(1).Count);
    }
}
