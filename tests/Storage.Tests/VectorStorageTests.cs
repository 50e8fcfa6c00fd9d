using HybridRec.MLNet.Tests.Storage.Postgres;
using Microsoft.Extensions.VectorData;

namespace HybridRec.MLNet.Tests.Storage;

/// <summary>A recommender's vectors in PostgreSQL with pgvector: what the database finds is what the recommender finds.</summary>
public sealed class VectorStorageTests
{
    private const float Rounding = 1e-4f;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RankingHeadKind.DotProduct)]
    [InlineData(RankingHeadKind.Linear)]
    [InlineData(RankingHeadKind.TwoTower)]
    public async Task Recommend_ExactHeads_ListsAndScoresOfTheRecommender(RankingHeadKind head)
    {
        await using PgServer server = await PgServer.ConnectAsync(Token);
        using Recommender recommender = Taste.Recommender(head);
        RecommenderVectors vectors = recommender.ExportVectors();
        Assert.True(vectors.IsExact);
        Assert.True(head != RankingHeadKind.Linear || vectors.Constant != 0, "The constant is to be seen in the scores.");
        using PgCollection<StoredItem> items = await Items(server, vectors);
        using var users = new PgCollection<StoredUser>(server, "users", vectors.UserDefinition());
        Assert.Equal(Taste.Users, await users.StoreAsync(vectors, batchSize: 7, cancellationToken: Token));

        for (int user = 0; user < Taste.Users; user++)
        {
            StoredUser stored = (await users.GetAsync(Taste.Id(user), cancellationToken: Token))!;
            Assert.Equal(recommender.QueryVector(stored.User), stored.Vector.ToArray());
            var found = await items.RecommendAsync(stored.Vector, 10, Taste.Seen(user), stored.Constant, cancellationToken: Token);
            AssertSame(recommender.Recommend(stored.User), found);
        }
    }

    [Fact]
    public async Task Recommend_Mlp_CandidatesOfTheStoreRankedByTheRecommender()
    {
        await using PgServer server = await PgServer.ConnectAsync(Token);
        using Recommender recommender = Taste.Recommender(
            RankingHeadKind.Mlp, options: new() { Retrieval = RetrievalMode.TwoStage, Candidates = 15 });
        RecommenderVectors vectors = recommender.ExportVectors();
        Assert.False(vectors.IsExact);
        using PgCollection<StoredItem> items = await Items(server, vectors);
        foreach (int user in (int[])[0, 11, 79])
        {
            string id = Taste.Id(user);
            var candidates = await items.RecommendAsync(recommender.QueryVector(id), 15, Taste.Seen(user), cancellationToken: Token);
            var ranked = recommender.Recommend(
                new RecommendationRequest { User = id, Count = 5, Allow = [.. candidates.Select(item => item.Item)] });
            Assert.Equal(
                recommender.Recommend(id, 5).Select(item => (item.Item, item.Score)), ranked.Items.Select(item => (item.Item, item.Score)));
        }
    }

    [Fact]
    public async Task Recommend_HistoryAndText_AsTheRecommenderAnswers()
    {
        await using PgServer server = await PgServer.ConnectAsync(Token);
        using Recommender recommender = Taste.Recommender(RankingHeadKind.Linear);
        RecommenderVectors vectors = recommender.ExportVectors();
        using PgCollection<StoredItem> items = await Items(server, vectors);

        string[] history = ["3", "17", "42"];
        var request = new RecommendationRequest { History = history, Count = 8 };
        AssertSame(
            recommender.Recommend(request).Items,
            await items.RecommendAsync(recommender.QueryVector(history), 8, history, vectors.Constant, cancellationToken: Token));

        var byText = new VectorSearchOptions<StoredItem> { VectorProperty = item => item.TextVector };
        var found = await items.RecommendAsync(
            recommender.TextVector("a detective and a murder"), 5, options: byText, cancellationToken: Token);
        // The texts of a kind are alike but for a number, which the encoder leaves out: which of them come first is nobody's to say.
        var expected = recommender.Recommend(new RecommendationRequest { Text = "a detective and a murder", Count = 5 }).Items;
        Assert.Equal(expected.Count, found.Count);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First.Score, pair.Second.Score, Rounding));
        Assert.InRange(found[^1].Score, 0.1f, 1.0001f);
        Assert.All(found, item => Assert.Equal(2, int.Parse(item.Item, System.Globalization.CultureInfo.InvariantCulture) % 4));
    }

    [Fact]
    public async Task Recommend_FiltersOfTheStore_AsThoseOfTheRecommender()
    {
        await using PgServer server = await PgServer.ConnectAsync(Token);
        using Recommender recommender = Taste.Recommender();
        RecommenderVectors vectors = recommender.ExportVectors();
        using PgCollection<StoredItem> items = await Items(server, vectors);
        ReadOnlyMemory<float> query = recommender.QueryVector("5");
        string version = vectors.Version;

        var comedies = await items.RecommendAsync(
            query, 5, options: new() { Filter = item => item.Categories.Contains("Comedy") && item.Version == version },
            cancellationToken: Token);
        AssertSame(
            recommender.Recommend(new RecommendationRequest { User = "5", Count = 5, ExcludeSeen = false, Categories = ["comedy"] }).Items,
            comedies);

        var seen = Taste.Seen(5).ToArray();
        var unseen = await items.RecommendAsync(
            query, 5, options: new() { Filter = item => !seen.Contains(item.Item) }, cancellationToken: Token);
        AssertSame(recommender.Recommend("5", 5), unseen);
        Assert.Empty(
            await items.RecommendAsync(query, options: new() { Filter = item => item.Version == "another" }, cancellationToken: Token));
    }

    [Fact]
    public async Task Store_Hnsw_FindsThroughTheIndex()
    {
        await using PgServer server = await PgServer.ConnectAsync(Token);
        using Recommender recommender = Taste.Recommender();
        RecommenderVectors vectors = recommender.ExportVectors();
        using var items = new PgCollection<StoredItem>(server, "items", vectors.ItemDefinition(IndexKind.Hnsw));
        await items.StoreAsync(vectors, cancellationToken: Token);
        await using (var command = server.Source.CreateCommand(
            $"SELECT count(*) FROM pg_indexes WHERE schemaname = '{server.Schema}' AND indexdef LIKE '%hnsw%'"))
            Assert.Equal(2L, await command.ExecuteScalarAsync(Token));
        // Of sixty items the index has every one within reach of its default search list of forty.
        AssertSame(
            recommender.Recommend("7", 5),
            await items.RecommendAsync(recommender.QueryVector("7"), 5, Taste.Seen(7), cancellationToken: Token));
    }

    [Fact]
    public async Task Store_AgainWithAnotherVersion_Overwrites()
    {
        await using PgServer server = await PgServer.ConnectAsync(Token);
        using Recommender first = Taste.Recommender(),
            second = Taste.Recommender(RankingHeadKind.Linear, options: new() { Version = "v2" });
        using PgCollection<StoredItem> items = await Items(server, first.ExportVectors());
        var told = new List<int>();
        Assert.Equal(Taste.Items, await items.StoreAsync(second.ExportVectors(), batchSize: 25, new Told(told), Token));
        Assert.Equal([25, 50, 60], told);
        var all = await items.GetAsync(item => item.Version == "v2", Taste.Items + 1, cancellationToken: Token).ToListAsync(Token);
        Assert.Equal(Taste.Items, all.Count);
        Assert.All(all, item => Assert.Equal(second.ItemVector(item.Item), item.Vector.ToArray()));
        Assert.All(all, item => Assert.Equal(second.FindItem(item.Item)!.Title, item.Title));
        Assert.All(all, item => Assert.Equal(second.FindItem(item.Item)!.Categories, item.Categories));
        Assert.All(all, item => Assert.Equal(second.FindItem(item.Item)!.Interactions, item.Interactions));

        await items.DeleteAsync("3", Token);
        Assert.Null(await items.GetAsync("3", cancellationToken: Token));
        await items.EnsureCollectionDeletedAsync(Token);
        Assert.False(await items.CollectionExistsAsync(Token));
    }

    [Fact]
    public async Task Store_Cancelled_StopsBetweenBatches()
    {
        await using PgServer server = await PgServer.ConnectAsync(Token);
        using Recommender recommender = Taste.Recommender();
        RecommenderVectors vectors = recommender.ExportVectors();
        using var items = new PgCollection<StoredItem>(server, "items", vectors.ItemDefinition());
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => items.StoreAsync(
            vectors, 10, new Told([], cancel.Cancel), cancel.Token));
        Assert.Equal(10, await items.GetAsync(item => item.Version == "v1", 100, cancellationToken: Token).CountAsync(Token));
    }

    [Fact]
    public void ItemDefinition_ModelWithoutTexts_HasNoTextVector()
    {
        using Recommender recommender = Taste.Recommender(texts: false);
        RecommenderVectors vectors = recommender.ExportVectors();
        Assert.Equal(0, vectors.TextDimension);
        Assert.Equal(
            [nameof(StoredItem.Vector)],
            vectors.ItemDefinition().Properties.OfType<VectorStoreVectorProperty>().Select(property => property.Name));
        Assert.All(vectors.Items, item => Assert.Null(item.TextVector));
    }

    private static async Task<PgCollection<StoredItem>> Items(PgServer server, RecommenderVectors vectors)
    {
        var items = new PgCollection<StoredItem>(server, "items", vectors.ItemDefinition());
        Assert.False(await items.CollectionExistsAsync(Token));
        Assert.Equal(Taste.Items, await items.StoreAsync(vectors, cancellationToken: Token));
        Assert.True(await items.CollectionExistsAsync(Token));
        return items;
    }

    private static void AssertSame(IReadOnlyList<Recommendation> expected, IReadOnlyList<Recommendation> found)
    {
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(item => item.Item), found.Select(item => item.Item));
        Assert.Equal(expected.Select(item => item.Title), found.Select(item => item.Title));
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First.Score, pair.Second.Score, Rounding));
    }

    private sealed class Told(List<int> values, Action? then = null) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            Assert.Equal(("UpsertItems", Taste.Items), (value.Stage, value.Epochs));
            values.Add(value.Epoch);
            then?.Invoke();
        }
    }
}
