using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Tests.Ranking;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Serving;

/// <summary>However the items are found, the scores are those of the chain's own Score column.</summary>
public sealed class RetrievalTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<RankingHeadKind, EmbeddingPrecision> HeadsAndPrecisions
    {
        get
        {
            var data = new TheoryData<RankingHeadKind, EmbeddingPrecision>();
            foreach (RankingHeadKind head in Enum.GetValues<RankingHeadKind>())
            {
                data.Add(head, EmbeddingPrecision.Int8);
                data.Add(head, EmbeddingPrecision.Single);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(HeadsAndPrecisions))]
    public void Recommend_Exact_EqualsTheScoreColumn(RankingHeadKind head, EmbeddingPrecision precision)
    {
        var model = ServingData.Fit(_ml, head);
        using var recommender = _ml.Hybrid.CreateRecommender(
            model, ServingData.View(_ml), new RecommenderOptions { Precision = precision });
        for (int user = 0; user < Planted.Users; user += 7)
        {
            var result = recommender.Recommend(new RecommendationRequest { User = ServingData.Id(user), Count = 12 });
            var expected = ServingData.Expected(_ml, model, user).Take(12).ToArray();
            Assert.True(result.IsExact);
            Assert.Equal(RecommendationSource.User, result.Source);
            Assert.Equal(expected.Select(pair => pair.Item), result.Items.Select(item => item.Item));
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i].Score, result.Items[i].Score, 1e-5 * Math.Max(1, Math.Abs(expected[i].Score)));
        }
    }

    [Fact]
    public void Recommend_Int8AndSingle_GiveTheSameBytes()
    {
        using var int8 = ServingData.Recommender(_ml);
        using var single = ServingData.Recommender(_ml, options: new RecommenderOptions { Precision = EmbeddingPrecision.Single });
        for (int user = 0; user < Planted.Users; user++)
            Assert.Equal(single.Recommend(user, 20), int8.Recommend(user, 20));
    }

    [Fact]
    public void Recommend_Approximate_SameSeedOfTheContextSameLists()
    {
        ITransformer model = ServingData.Fit(_ml);
        var options = new RecommenderOptions { Retrieval = RetrievalMode.Approximate, TargetRecall = 0.5 };
        Assert.Null(options.Seed);
        MLContext one = new(seed: 7), other = new(seed: 7);
        using var first = one.Hybrid.CreateRecommender(model, ServingData.View(one), options);
        using var second = other.Hybrid.CreateRecommender(model, ServingData.View(other), options);
        Assert.Equal(first.IndexRecall, second.IndexRecall);
        for (int user = 0; user < Planted.Users; user++)
            Assert.Equal(first.Recommend(user), second.Recommend(user));
    }

    [Theory]
    [InlineData(RetrievalMode.TwoStage, RankingHeadKind.Linear, true)]
    [InlineData(RetrievalMode.TwoStage, RankingHeadKind.Mlp, false)]
    [InlineData(RetrievalMode.Approximate, RankingHeadKind.DotProduct, false)]
    [InlineData(RetrievalMode.Approximate, RankingHeadKind.Mlp, false)]
    public void Recommend_EnoughCandidates_EqualsExact(RetrievalMode mode, RankingHeadKind head, bool exact)
    {
        // As many candidates as items: then the first stage loses nothing, and the second has to rank as the model does.
        var model = ServingData.Fit(_ml, head);
        using var all = _ml.Hybrid.CreateRecommender(model, ServingData.View(_ml));
        using var staged = _ml.Hybrid.CreateRecommender(
            model, ServingData.View(_ml), new RecommenderOptions { Retrieval = mode, TargetRecall = 1, Candidates = Planted.Items });
        for (int user = 0; user < Planted.Users; user += 5)
        {
            var result = staged.Recommend(new RecommendationRequest { User = ServingData.Id(user) });
            Assert.Equal(exact, result.IsExact);
            if (mode == RetrievalMode.TwoStage || head == RankingHeadKind.Mlp)
                Assert.Equal(all.Recommend(user).Select(r => r.Item), result.Items.Select(r => r.Item));
            else
                Assert.True(all.Recommend(user).Select(r => r.Item).Intersect(result.Items.Select(r => r.Item)).Count() >= 9);
        }

        Assert.Equal(mode == RetrievalMode.Approximate, staged.IndexRecall is not null);
    }

    [Fact]
    public void Recommend_TwoStageFewCandidates_RanksWhatTheFirstStageFound()
    {
        var model = ServingData.Fit(_ml, RankingHeadKind.Mlp);
        using var staged = _ml.Hybrid.CreateRecommender(
            model, ServingData.View(_ml), new RecommenderOptions { Retrieval = RetrievalMode.TwoStage, Candidates = 5 });
        var scores = ServingData.Expected(_ml, model, 3).ToDictionary(pair => pair.Item, pair => pair.Score);
        var top = staged.Recommend(3, 5);
        Assert.Equal(top.OrderByDescending(r => r.Score).Select(r => r.Item), top.Select(r => r.Item));
        Assert.All(top, r => Assert.Equal(scores[r.Item], r.Score, 1e-4));
    }

    [Fact]
    public void QueryVector_TimesItemVector_IsTheScore()
    {
        using var recommender = ServingData.Recommender(_ml);
        float[] query = recommender.QueryVector("7");
        Assert.Equal(recommender.Dimension, query.Length);
        foreach (Recommendation item in recommender.Recommend(7, 5))
        {
            float[] vector = recommender.ItemVector(item.Item);
            Assert.Equal(query.Zip(vector, (q, x) => q * x).Sum(), item.Score, 1e-4);
        }
    }

    [Theory]
    [InlineData(RetrievalMode.Exact)]
    [InlineData(RetrievalMode.Approximate)]
    public void Recommend_Vector_FindsWhatTheUserWouldGet(RetrievalMode mode)
    {
        using var recommender = ServingData.Recommender(_ml, options: new RecommenderOptions { Retrieval = mode, TargetRecall = 1 });
        var byVector = recommender.Recommend(new RecommendationRequest { Vector = recommender.QueryVector("9"), User = "9" });
        Assert.Equal(RecommendationSource.Vector, byVector.Source);
        Assert.True(byVector.Items.Select(r => r.Item).Intersect(recommender.Recommend(9).Select(r => r.Item)).Count() >= 9);
    }

    [Fact]
    public void Recommend_EqualScores_ComeByPopularity()
    {
        // All items have one vector, so all scores are equal.
        var rows = ServingData.Rows.Select(row => new ServingRow
        {
            User = row.User,
            Item = row.Item,
            Holdout = row.Holdout,
            ItemText = row.ItemText,
            UserTaste = row.UserTaste,
            ItemTaste = [1, 2, 3, 4, 5, 6],
        }).ToArray();
        foreach (EmbeddingPrecision precision in (EmbeddingPrecision[])[EmbeddingPrecision.Int8, EmbeddingPrecision.Single])
        {
            using var recommender = _ml.Hybrid.CreateRecommender(
                ServingData.Fit(_ml), ServingData.View(_ml, rows), new RecommenderOptions { Precision = precision });
            string[] popular = [.. recommender.Items().Select(item => item.Item)];
            string[] listed = [.. recommender.Recommend(1, 1000, excludeSeen: false).Select(r => r.Item)];
            Assert.Equal(popular, listed);
            Assert.Equal(popular.Take(4), recommender.Recommend(1, 4, excludeSeen: false).Select(r => r.Item));
        }
    }
}
