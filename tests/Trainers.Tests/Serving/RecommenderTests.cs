using HybridRec.MLNet.Tests.Ranking;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Serving;

public sealed class RecommenderTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<PlantedRow> _train = Planted.Rows(Planted.Dot).Train;

    [Fact]
    public void Recommend_KnownUser_IsTheExactTopOfUnseenItems()
    {
        using var recommender = _ml.Hybrid.CreateRecommender(Model(), View(_train));
        foreach (int user in (int[])[0, 7, 59])
        {
            var own = _train.First(row => row.User == user);
            var seen = _train.Where(row => row.User == user).Select(row => row.Item).ToHashSet();
            var expected = _train.DistinctBy(row => row.Item).Where(row => !seen.Contains(row.Item))
                .OrderByDescending(row => Planted.Dot(own.UserTaste, row.ItemTaste)).Take(5).ToArray();
            var actual = recommender.Recommend(user, count: 5);
            Assert.Equal(
                expected.Select(row => row.Item.ToString(System.Globalization.CultureInfo.InvariantCulture)), actual.Select(r => r.Item));
            Assert.Equal(expected.Select(row => row.ItemTitle), actual.Select(r => r.Title));
            Assert.Equal(Planted.Dot(own.UserTaste, expected[0].ItemTaste), actual[0].Score, 1e-4);
        }
    }

    [Fact]
    public void Recommend_SeenIncluded_RanksThemToo()
    {
        using var recommender = _ml.Hybrid.CreateRecommender(Model(), View(_train));
        var seen = _train.Where(row => row.User == 4).Select(row => row.Item.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .ToHashSet();
        Assert.DoesNotContain(recommender.Recommend(4L, 1000), r => seen.Contains(r.Item));
        var all = recommender.Recommend("4", 1000, excludeSeen: false);
        Assert.Equal(recommender.ItemCount, all.Count);
        Assert.Contains(all[0].Item, seen);
    }

    [Fact]
    public void Recommend_UnknownUser_GetsThePopularItems()
    {
        using var recommender = _ml.Hybrid.CreateRecommender(Model(), View(_train));
        var top = recommender.Recommend("nobody", 3);
        Assert.False(recommender.Knows("nobody"));
        Assert.Equal(
            _train.GroupBy(row => row.Item).Select(items => (float)items.Count()).OrderDescending().Take(3), top.Select(r => r.Score));
    }

    [Fact]
    public void Recommend_ItemNobodyHad_ComesFromTheItemsView()
    {
        var model = Model();
        var wanted = _train.First(row => row.User == 2);
        var cold = new PlantedRow { Item = 777, ItemTitle = "made for user 2", ItemTaste = [.. wanted.UserTaste.Select(x => 10 * x)] };
        using var recommender = _ml.Hybrid.CreateRecommender(model, View(_train), items: View([cold]));
        Assert.Equal(("777", "made for user 2"), (recommender.Recommend(2, 1)[0].Item, recommender.Recommend(2, 1)[0].Title));
    }

    [Fact]
    public void Recommend_ManyThreads_EqualOneThread()
    {
        using var recommender = _ml.Hybrid.CreateRecommender(Model(), View(_train));
        var expected = Enumerable.Range(0, Planted.Users).Select(user => recommender.Recommend(user)).ToArray();
        var actual = new IReadOnlyList<Recommendation>[Planted.Users];
        Parallel.For(0, 4 * Planted.Users, i => actual[i % Planted.Users] = recommender.Recommend(i % Planted.Users));
        for (int user = 0; user < expected.Length; user++)
            Assert.Equal(expected[user], actual[user]);
    }

    [Fact]
    public void Recommend_ForeignModel_WorksThroughItsScore()
    {
        // Any transformer with a Score column: here the first slot of the item's taste.
        var model = _ml.Transforms.CustomMapping<PlantedRow, Scored>((row, scored) => scored.Score = row.ItemTaste[0], null)
            .Fit(View(_train));
        using var recommender = _ml.Hybrid.CreateRecommender(model, View(_train));
        var best = _train.MaxBy(row => row.ItemTaste[0])!;
        Assert.Equal(
            best.Item.ToString(System.Globalization.CultureInfo.InvariantCulture), recommender.Recommend(1, 1, excludeSeen: false)[0].Item);
    }

    [Fact]
    public void Recommend_CountBelowOne_Throws()
    {
        using var recommender = _ml.Hybrid.CreateRecommender(Model(), View(_train));
        Assert.Throws<ArgumentOutOfRangeException>(() => recommender.Recommend(1, 0));
    }

    [Fact]
    public void CreateRecommender_NoRows_IsAClearError()
    {
        var error = Assert.Throws<ArgumentException>(() => _ml.Hybrid.CreateRecommender(Model(), View([])));
        Assert.Contains("nothing to recommend", error.Message, StringComparison.Ordinal);
    }

    private ITransformer Model() => Planted.Keys(_ml).Append(_ml.Hybrid.Fuse("Features", "UserTaste", "ItemTaste"))
        .Append(_ml.Hybrid.Ranking(new() { Head = RankingHead.DotProduct() })).Fit(View(_train));

    private IDataView View(IEnumerable<PlantedRow> rows) => _ml.Data.LoadFromEnumerable(rows);

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
