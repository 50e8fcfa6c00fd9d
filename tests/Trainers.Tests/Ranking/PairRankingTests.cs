using HybridRec.MLNet.Items;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Ranking;

/// <summary>A head that mixes vectors with the scores of a closed form: every way of asking gives one answer.</summary>
public sealed class PairRankingTests
{
    private static readonly (List<PlantedRow> Train, List<PlantedRow> Test) s_rows = Planted.Rows(Planted.Dot);
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<RankingHeadKind> Heads =>
        [RankingHeadKind.DotProduct, RankingHeadKind.Linear, RankingHeadKind.Mlp, RankingHeadKind.TwoTower];

    private IDataView Train => _ml.Data.LoadFromEnumerable(s_rows.Train);

    [Theory]
    [MemberData(nameof(Heads))]
    public void Scores_RowByRow_EqualThoseOfAllItems(RankingHeadKind head)
    {
        var model = Chain(head).Fit(Train);
        var tables = EntityTables.Create(Train);
        var fast = ItemScorers.Create(_ml, model, tables);
        Assert.IsNotType<GenericItemScorer>(fast);
        var slow = new GenericItemScorer(model, tables);
        float[] expected = new float[tables.ItemCount], actual = new float[tables.ItemCount];
        foreach (int user in (int[])[0, 7, 31])
        {
            slow.Score(user, expected);
            fast.Score(user, actual);
            for (int item = 0; item < expected.Length; item++)
                Assert.Equal(expected[item], actual[item], 1e-4f);
        }
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public void Recommend_AnyRetrieval_IsTheTopOfAllScores(RankingHeadKind head)
    {
        var model = Chain(head).Fit(Train);
        var tables = EntityTables.Create(Train);
        var scorer = ItemScorers.Create(_ml, model, tables);
        float[] scores = new float[tables.ItemCount];
        foreach (var options in (RecommenderOptions[])[
            new(), new() { Precision = EmbeddingPrecision.Int8 }, new() { Retrieval = RetrievalMode.TwoStage, Candidates = 50 }])
        {
            using var recommender = _ml.Hybrid.CreateRecommender(model, Train, options);
            for (int user = 0; user < 10; user++)
            {
                scorer.Score(user, scores);
                int own = int.Parse(tables.Users.IdOf(user), System.Globalization.CultureInfo.InvariantCulture);
                var seen = s_rows.Train.Where(row => row.User == own).Select(row => row.Item).ToHashSet();
                string[] best = [.. Enumerable.Range(0, scores.Length).Where(item => !seen.Contains(int.Parse(
                        tables.Items.IdOf(item), System.Globalization.CultureInfo.InvariantCulture)))
                    .OrderByDescending(item => scores[item]).Take(5).Select(tables.Items.IdOf)];
                var result = recommender.Recommend(new RecommendationRequest { User = tables.Users.IdOf(user), Count = 5 });
                Assert.Equal(best, result.Items.Select(item => item.Item));
            }
        }
    }

    [Fact]
    public void Recommend_HistoryOfAUser_IsMuchLikeTheUsersOwn()
    {
        var model = Chain(RankingHeadKind.Linear).Fit(Train);
        using var recommender = _ml.Hybrid.CreateRecommender(model, Train);
        int agree = 0;
        for (int user = 0; user < 10; user++)
        {
            string[] history = [.. s_rows.Train.Where(row => row.User == user).Select(row => $"{row.Item}")];
            var own = recommender.Recommend(new RecommendationRequest { User = $"{user}", Count = 10 });
            var other = recommender.Recommend(new RecommendationRequest { History = history, Count = 10 });
            agree += own.Items.Select(item => item.Item).Intersect(other.Items.Select(item => item.Item)).Count();
        }

        Assert.True(agree > 60, $"{agree} of 100 agree");
    }

    [Fact]
    public void Refresh_NewUserAndItem_AreServedByWhatTheyHave()
    {
        var model = Chain(RankingHeadKind.Linear).Fit(Train);
        using var recommender = _ml.Hybrid.CreateRecommender(model, Train);
        var like = s_rows.Train.Where(row => row.User == 3).ToList();
        var fresh = like.Select(row => Planted.Cross(
            new PlantedRow { User = 999, UserTaste = row.UserTaste, UserNoise = row.UserNoise }, row)).ToList();
        fresh.Add(Planted.Cross(fresh[0], new PlantedRow { Item = 777, ItemTaste = like[0].ItemTaste, ItemNoise = like[0].ItemNoise }));
        recommender.Refresh(_ml.Data.LoadFromEnumerable(fresh));
        var own = recommender.Recommend(new RecommendationRequest { User = "3", Count = 10 });
        var other = recommender.Recommend(new RecommendationRequest { User = "999", Count = 10 });
        Assert.Equal(RecommendationSource.User, other.Source);
        Assert.True(own.Items.Select(item => item.Item).Intersect(other.Items.Select(item => item.Item)).Count() >= 7);
    }

    [Fact]
    public void Refresh_AgainWithKnownUsersAndItems_CountsWhatTheyTookSince()
    {
        using var recommender = _ml.Hybrid.CreateRecommender(Chain(RankingHeadKind.Linear).Fit(Train), Train);
        var like = s_rows.Train.Where(row => row.User == 3).ToList();
        PlantedRow[] fresh = [.. like.Select(row => Planted.Cross(
            new PlantedRow { User = 999, UserTaste = row.UserTaste, UserNoise = row.UserNoise }, row))];
        recommender.Refresh(_ml.Data.LoadFromEnumerable(fresh[..1]));
        recommender.Refresh(_ml.Data.LoadFromEnumerable(fresh[1..]));
        using var once = _ml.Hybrid.CreateRecommender(Chain(RankingHeadKind.Linear).Fit(Train), Train);
        once.Refresh(_ml.Data.LoadFromEnumerable(fresh));
        Assert.Equal(
            once.Recommend("999").Select(item => (item.Item, item.Score)),
            recommender.Recommend("999").Select(item => (item.Item, item.Score)));
    }

    [Fact]
    public void ExportVectors_WithAPartOfThePair_AreNotTheWholeScore()
    {
        using var recommender = _ml.Hybrid.CreateRecommender(Chain(RankingHeadKind.Linear).Fit(Train), Train);
        Assert.False(recommender.ExportVectors().IsExact);
    }

    [Fact]
    public void SaveAndLoad_Model_RecommendsAsBefore()
    {
        var model = Chain(RankingHeadKind.Mlp).Fit(Train);
        using var bytes = new MemoryStream();
        _ml.Model.Save(model, Train.Schema, bytes);
        bytes.Position = 0;
        var loaded = new MLContext().Model.Load(bytes, out _);
        Assert.Equal(model.Transform(Train).GetColumn<float>("Score"), loaded.Transform(Train).GetColumn<float>("Score"));
        using var before = _ml.Hybrid.CreateRecommender(model, Train);
        using var after = _ml.Hybrid.CreateRecommender(loaded, Train);
        Assert.Equal(
            before.RecommendAll(5).SelectMany(user => user.Result.Items.Select(item => (item.Item, item.Score))),
            after.RecommendAll(5).SelectMany(user => user.Result.Items.Select(item => (item.Item, item.Score))));
    }

    [Fact]
    public void Fit_ThroughACache_LearnsTheSameMix()
    {
        var plain = (HybridRankingTransformer)Chain(RankingHeadKind.Linear).Fit(Train).LastTransformer;
        var cached = (HybridRankingTransformer)Before().AppendCacheCheckpoint(_ml)
            .Append(_ml.Hybrid.Ranking(Options(RankingHeadKind.Linear))).Fit(Train).LastTransformer;
        Assert.Equal(plain.Model.StartWeights, cached.Model.StartWeights);
    }

    [Fact]
    public void Mix_FilterOfNoise_TrustsTheVectors()
    {
        var model = (HybridRankingTransformer)Chain(RankingHeadKind.DotProduct, ["UserTaste"], ["ItemTaste"]).Fit(Train).LastTransformer;
        Assert.Equal(1, model.Model.StartWeights["FilterScore"]); // DotProduct weighs nothing
        var mixed = (HybridRankingTransformer)Chain(RankingHeadKind.Linear, ["UserNoise"], ["ItemNoise"]).Fit(Train).LastTransformer;
        Assert.True(mixed.Model.StartWeights["FilterScore"] > 2 * mixed.Model.StartWeights["UserNoise"]);
    }

    private EstimatorChain<ITransformer> Before(string[]? user = null, string[]? item = null) => new EstimatorChain<ITransformer>()
        .Append(Planted.Keys(_ml))
        .Append(_ml.Hybrid.GraphFilter("FilterScore", new() { Filter = ClosedForm.Ease(10), Seed = 1 }))
        .Append((IEstimator<ITransformer>)_ml.Hybrid.Fuse(
            "Features", user ?? ["UserTaste", "UserNoise"], item ?? ["ItemTaste", "ItemNoise"], ["FilterScore"]));

    private EstimatorChain<ITransformer> Chain(RankingHeadKind head, string[]? user = null, string[]? item = null) =>
        Before(user, item).Append((IEstimator<ITransformer>)_ml.Hybrid.Ranking(Options(head)));

    private static RankingOptions Options(RankingHeadKind head) => new()
    {
        Head = head switch
        {
            RankingHeadKind.DotProduct => RankingHead.DotProduct(),
            RankingHeadKind.Linear => RankingHead.Linear(),
            RankingHeadKind.TwoTower => RankingHead.TwoTower(),
            _ => RankingHead.Mlp([8]),
        },
        Training = new() { Seed = 1, Epochs = 5 },
    };
}
