using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Tests.ClosedForms;
using HybridRec.MLNet.Tests.FoldIn;
using HybridRec.MLNet.Tests.Ranking;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Serving;

/// <summary>Each kind of request, and each filter.</summary>
public sealed class RequestTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Recommend_HistoryOfAUser_FindsWhatTheUserGets()
    {
        // Someone with the items of a user, who is none: of the items left, most of the user's best must be among the best.
        using var recommender = ServingData.Recommender(_ml);
        int hits = 0;
        for (int user = 0; user < Planted.Users; user++)
        {
            string[] history = [.. ServingData.Seen(user).Select(ServingData.Id)];
            var result = recommender.Recommend(new RecommendationRequest { History = history, Count = 5 });
            Assert.Equal(RecommendationSource.History, result.Source);
            Assert.DoesNotContain(result.Items, r => history.Contains(r.Item));
            hits += result.Items.Select(r => r.Item).Intersect(recommender.Recommend(user, 5).Select(r => r.Item)).Count();
        }

        Assert.True(hits > 0.6 * 5 * Planted.Users, $"{hits} of {5 * Planted.Users}");
    }

    [Fact]
    public void Recommend_HistoryOfATaste_FindsTheRestOfTheTaste()
    {
        // The whole hybrid chain on the checkerboard: graph, text, profile.
        using var recommender = _ml.Hybrid.CreateRecommender(UpdateData.Hybrid(_ml), UpdateData.Train(_ml));
        foreach (int taste in (int[])[0, 1])
        {
            string[] history = [.. Enumerable.Range(0, 4).Select(i => Checkerboard.ItemId(taste + (2 * i)))];
            var result =
                recommender.Recommend(new RecommendationRequest { History = [.. history, "no such item"], Count = 4, Reasons = 2 });
            Assert.Equal(["no such item"], result.UnknownItems);
            Assert.All(
                result.Items, r => Assert.Equal(taste, int.Parse(r.Item.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) % 2));
            Assert.All(result.Items, r => Assert.Equal(2, r.Reasons.Count));
            Assert.All(result.Items, r => Assert.All(r.Reasons, reason => Assert.Contains(reason.Item, history)));
        }
    }

    [Theory]
    [InlineData("Ease")]
    [InlineData("TurboCf")]
    public void Recommend_GraphFilter_ScoresAHistoryAsItScoresTheUser(string filter)
    {
        var model = FilterData.Keys(_ml).Append(_ml.Hybrid.GraphFilter(new() { Filter = FilterData.Form(filter) }))
            .Fit(FilterData.View(_ml));
        using var recommender = _ml.Hybrid.CreateRecommender(model, FilterData.View(_ml));
        for (int user = 0; user < 5; user++)
        {
            string[] history = [.. Enumerable.Range(0, FilterData.Items).Where(item => FilterData.Taken[user, item])
                .Select(ServingData.Id)];
            var ofUser = recommender.Recommend(
                new RecommendationRequest { User = ServingData.Id(user), ExcludeSeen = false, Count = 8, Reasons = 1 });
            var ofHistory = recommender.Recommend(new RecommendationRequest { History = history, ExcludeSeen = false, Count = 8 });
            Assert.Equal(ofUser.Items.Select(r => (r.Item, r.Score)), ofHistory.Items.Select(r => (r.Item, r.Score)));
            Assert.Contains(ofUser.Items, r => r.Reasons.Count == 1);
        }

        Assert.Equal(RecommendationSource.Item, recommender.Recommend(new RecommendationRequest { LikeItem = "2" }).Source);
    }

    [Fact]
    public void Recommend_Text_FindsItemsOfThoseWords()
    {
        using var recommender = ServingData.Recommender(_ml);
        var result = recommender.Recommend(new RecommendationRequest { Text = "a detective looks for a clue", Count = 6 });
        Assert.Equal(RecommendationSource.Text, result.Source);
        Assert.All(result.Items, r => Assert.Equal(2, Item(r) % 4));
        Assert.Equal(result.Items.OrderByDescending(r => r.Score).Select(r => r.Item), result.Items.Select(r => r.Item));

        var unseen = recommender.Recommend(new RecommendationRequest { Text = "a detective looks for a clue", User = "3", Count = 50 });
        Assert.DoesNotContain(unseen.Items, r => ServingData.Seen(3).Contains(Item(r)));
    }

    [Fact]
    public void Recommend_TextOfUnknownWords_FallsBackAndSaysSo()
    {
        using var recommender = ServingData.Recommender(_ml);
        Assert.Equal(RecommendationSource.Popularity, recommender.Recommend(new RecommendationRequest { Text = "\u4e2d\u4e2d" }).Source);
        Assert.Throws<ArgumentException>(() =>
            recommender.Recommend(new RecommendationRequest { Text = "\u4e2d\u4e2d", Fallback = false }));
    }

    [Fact]
    public void Recommend_LikeItem_IsTheCosineOfCenteredVectors()
    {
        using var recommender = ServingData.Recommender(_ml);
        float[][] vectors = [.. ServingData.Items.Select(item => recommender.ItemVector(ServingData.Id(item.Item)))];
        float[] mean = [.. Enumerable.Range(0, recommender.Dimension).Select(k => vectors.Average(vector => vector[k]))];
        double Cosine(float[] a, float[] b)
        {
            double dot = 0, left = 0, right = 0;
            for (int k = 0; k < mean.Length; k++)
            {
                dot += (a[k] - mean[k]) * (b[k] - mean[k]);
                left += (a[k] - mean[k]) * (a[k] - mean[k]);
                right += (b[k] - mean[k]) * (b[k] - mean[k]);
            }

            return dot / Math.Sqrt(left * right);
        }

        var expected = ServingData.Items.Select((item, i) => (Id: ServingData.Id(item.Item), Cosine: Cosine(vectors[4], vectors[i])))
            .Where(pair => pair.Id != ServingData.Id(ServingData.Items[4].Item)).OrderByDescending(pair => pair.Cosine).Take(6).ToArray();
        var result = recommender.Recommend(new RecommendationRequest { LikeItem = ServingData.Id(ServingData.Items[4].Item), Count = 6 });
        Assert.Equal(expected.Select(pair => pair.Id), result.Items.Select(r => r.Item));
        Assert.Equal(expected[0].Cosine, result.Items[0].Score, 1e-4);
    }

    [Fact]
    public void Recommend_Reasons_AreItemsOfTheUserNearTheItem()
    {
        using var recommender = ServingData.Recommender(_ml);
        var result = recommender.Recommend(new RecommendationRequest { User = "5", Count = 4, Reasons = 3 });
        foreach (Recommendation item in result.Items)
        {
            Assert.InRange(item.Reasons.Count, 1, 3);
            Assert.All(
                item.Reasons,
                reason => Assert.Contains(int.Parse(reason.Item, System.Globalization.CultureInfo.InvariantCulture), ServingData.Seen(5)));
            Assert.All(item.Reasons, reason => Assert.Equal("film " + reason.Item, reason.Title));
            Assert.Equal(item.Reasons.OrderByDescending(reason => reason.Affinity), item.Reasons);
            Assert.All(item.Reasons, reason => Assert.InRange(reason.Affinity, 1e-6f, 1f));
            Assert.All(item.Reasons, reason => Assert.Equal(ReasonKind.Features, reason.Kind));
        }

        // The first item has the reasons that are nearest; they count less for those that follow.
        var like = recommender.Recommend(new RecommendationRequest
        {
            LikeItem = result.Items[0].Item,
            Count = 100,
            Allow = [.. ServingData.Seen(5).Select(ServingData.Id)]
        });
        Assert.Equal(like.Items[0].Item, result.Items[0].Reasons[0].Item);
        Assert.All(recommender.Recommend(new RecommendationRequest { User = "5" }).Items, item => Assert.Empty(item.Reasons));
    }

    [Fact]
    public void Recommend_Nothing_GivesThePopularItems()
    {
        using var recommender = ServingData.Recommender(_ml);
        var result = recommender.Recommend(new RecommendationRequest { Count = 7 });
        Assert.Equal(RecommendationSource.Popularity, result.Source);
        Assert.Equal(
            recommender.Items().Take(7).Select(item => (item.Item, (float)item.Interactions)), result.Items.Select(r => (r.Item, r.Score)));
    }

    [Theory]
    [InlineData(RankingHeadKind.DotProduct)]
    [InlineData(RankingHeadKind.Mlp)]
    public void Recommend_EveryFilter_KeepsTheOrderOfTheRest(RankingHeadKind head)
    {
        var model = ServingData.Fit(_ml, head);
        using var recommender = _ml.Hybrid.CreateRecommender(model, ServingData.View(_ml));
        Same(new() { User = "6", Categories = ["comedy"] }, item => item.Item % 3 == 0);
        Same(new() { User = "6", Categories = ["Comedy", "noir"] }, item => item.Item % 3 == 0 || item.Item % 5 == 0);
        Same(new() { User = "6", Categories = [.. Enumerable.Repeat("COMEDY", 5_000), "comedy"] }, item => item.Item % 3 == 0);
        Same(new() { User = "6", Allow = ["1", "2", "3", "11", "12", "13", "999"] }, item => item.Item is 1 or 2 or 3 or 11 or 12 or 13);
        Same(new() { User = "6", Deny = ["1", "2", "3", "11", "999"] }, item => item.Item is not (1 or 2 or 3 or 11));
        Same(new() { User = "6", Allow = ["3", "6", "7", "9"], Deny = ["6"], Categories = ["Comedy"] }, item => item.Item is 3 or 9);
        Assert.Empty(recommender.Recommend(new RecommendationRequest { User = "6", Allow = [] }).Items);

        void Same(RecommendationRequest request, Func<ServingRow, bool> keep) => Assert.Equal(
            ServingData.Expected(_ml, model, 6, keep).Take(10).Select(pair => pair.Item),
            recommender.Recommend(request).Items.Select(r => r.Item));
    }

    [Fact]
    public void Recommend_FiltersOfOtherKinds_Hold()
    {
        using var recommender = ServingData.Recommender(_ml);
        foreach (RecommendationRequest request in (RecommendationRequest[])
            [
                new() { LikeItem = "4" }, new() { Text = "wedding in paris" }, new() { History = ["4", "8"] }, new() { User = "nobody" },
                new(), new() { Vector = recommender.QueryVector("1") }])
        {
            RecommendationResult noir = recommender.Recommend(request with { Count = 50, Categories = ["Noir"] });
            Assert.All(noir.Items, r => Assert.Equal(0, Item(r) % 5));
            Assert.Equal(noir.Items.Select(r => recommender.FindItem(r.Item)!.Categories), noir.Categories);
            Assert.DoesNotContain(recommender.Recommend(request with { Count = 50, Deny = ["10", "12"] }).Items, r => Item(r) is 10 or 12);
            Assert.All(
                recommender.Recommend(request with { Count = 50, Allow = ["10", "12"] }).Items, r => Assert.True(Item(r) is 10 or 12));
        }
    }

    private static int Item(Recommendation recommendation) =>
        int.Parse(recommendation.Item, System.Globalization.CultureInfo.InvariantCulture);
}
