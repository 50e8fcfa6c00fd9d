using HybridRec.MLNet.Accel;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Hnsw;

/// <summary>A recommender, by its public API, whose approximate index is HNSW.</summary>
public sealed class HnswRecommenderTests
{
    private const int Users = 60, Items = 2000, Dimension = 16;

    private readonly MLContext _ml = new(seed: 1);

    public HnswRecommenderTests() => NativeUSearch.Require();

    [Fact]
    public void Recommend_Hnsw_GivesNearlyTheExactListsWithTheirScores()
    {
        ITransformer model = Fit();
        using var exact = _ml.Hybrid.CreateRecommender(model, View(Rows(Items)));
        using var approximate = _ml.Hybrid.CreateRecommender(model, View(Rows(Items)), Options);
        Assert.InRange(approximate.IndexRecall!.Value, 0.95, 1);
        int hits = 0;
        for (int user = 0; user < Users; user++)
        {
            var best = exact.Recommend(user).ToDictionary(one => one.Item, one => one.Score);
            var found = approximate.Recommend(user);
            Assert.Equal(10, found.Count);
            foreach (Recommendation one in found.Where(one => best.ContainsKey(one.Item)))
            {
                hits++;
                Assert.Equal(best[one.Item], one.Score, 1e-5);
            }
        }

        Assert.True(hits >= 0.9 * 10 * Users, $"{hits}");
    }

    [Fact]
    public void Recommend_Hnsw_LeavesOutWhatWasSeenAndDenied()
    {
        using var recommender = _ml.Hybrid.CreateRecommender(Fit(), View(Rows(Items)), Options);
        string[] best = [.. recommender.Recommend(7).Select(one => one.Item)];
        var found = recommender.Recommend(new RecommendationRequest { User = "7", Deny = best }).Items;
        Assert.Equal(10, found.Count);
        Assert.Empty(found.Select(one => one.Item).Intersect(best));
        Assert.DoesNotContain(best, item => int.Parse(item, System.Globalization.CultureInfo.InvariantCulture) % Users == 7);
    }

    [Fact]
    public void Refresh_Hnsw_FindsTheNewItem()
    {
        using var recommender = _ml.Hybrid.CreateRecommender(Fit(), View(Rows(Items)), Options);
        VectorRow wanted = Rows(Items).First(row => row.User == 3);
        recommender.Refresh(View([]), View([new VectorRow
        {
            User = 3,
            Item = 5000,
            UserVector = wanted.UserVector,
            ItemVector = [.. wanted.UserVector.Select(x => 10 * x)]
        }]));
        Assert.Equal("5000", recommender.Recommend(3, 1)[0].Item);
    }

    [Fact]
    public void Swap_Hnsw_LetsGoOfTheGraphOfBefore()
    {
        var factory = new WatchedFactory();
        RecommenderOptions options = Options with { Index = factory };
        ITransformer model = Fit();
        using var recommender = _ml.Hybrid.CreateRecommender(model, View(Rows(Items)), options);
        recommender.Recommend(1);
        recommender.Swap(model, View(Rows(Items)), options);
        for (int i = 0; i < 20 && factory.Made[0].IsAlive; i++)
            GC.Collect();
        Assert.False(factory.Made[0].IsAlive);
        Assert.True(factory.Made[1].IsAlive);
        Assert.Equal(10, recommender.Recommend(1).Count);
    }

    private static RecommenderOptions Options =>
        new() { Retrieval = RetrievalMode.Approximate, TargetRecall = 0.95, Index = new HnswIndexFactory() };

    private ITransformer Fit() => _ml.Transforms.Conversion.MapValueToKey("User").Append(_ml.Transforms.Conversion.MapValueToKey("Item"))
        .Append(_ml.Hybrid.Fuse("Features", nameof(VectorRow.UserVector), nameof(VectorRow.ItemVector)))
        .Append(_ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.DotProduct() }))
        .Fit(View(Rows(Items)));

    private IDataView View(IEnumerable<VectorRow> rows) => _ml.Data.LoadFromEnumerable(rows);

    private static IEnumerable<VectorRow> Rows(int items)
    {
        var random = new Random(5);
        float[][] users = [.. Enumerable.Range(0, Users).Select(_ => Vector(random))];
        for (int item = 0; item < items; item++)
            yield return new VectorRow { User = item % Users, Item = item, UserVector = users[item % Users], ItemVector = Vector(random) };
    }

    private static float[] Vector(Random random) => [.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f)];

    private sealed class WatchedFactory : IVectorIndexFactory
    {
        public List<WeakReference> Made { get; } = [];

        public IVectorIndex Create(ReadOnlyMemory<float> vectors, int dimension, CancellationToken cancellationToken)
        {
            IVectorIndex made = new HnswIndexFactory().Create(vectors, dimension, cancellationToken);
            Made.Add(new WeakReference(made));
            return made;
        }
    }

    private sealed class VectorRow
    {
        public int User { get; set; }

        public int Item { get; set; }

        public float Label { get; set; } = 1;

        [VectorType(Dimension)]
        public float[] UserVector { get; set; } = [];

        [VectorType(Dimension)]
        public float[] ItemVector { get; set; } = [];
    }
}
