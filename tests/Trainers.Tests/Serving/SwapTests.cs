using System.Diagnostics;
using System.Diagnostics.Metrics;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Tests.Ranking;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Serving;

/// <summary>Versions come and go while requests are answered.</summary>
public sealed class SwapTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Refresh_AfterASwapThatFailed_HasANameOfItsOwn()
    {
        var model = ServingData.Fit(_ml);
        using var recommender = _ml.Hybrid.CreateRecommender(
            model, ServingData.View(_ml), new RecommenderOptions { Version = "1.4+build7" });
        Assert.Equal("1.4+build7+1", recommender.Refresh(ServingData.View(_ml, ServingData.Rows.Take(1))));
        Assert.ThrowsAny<ArgumentException>(() => recommender.Swap(model, ServingData.View(_ml, [])));
        Assert.Equal("1.4+build7+2", recommender.Refresh(ServingData.View(_ml, ServingData.Rows.Take(1))));
    }

    [Fact]
    public async Task Swap_UnderLoad_EveryAnswerIsOfOneVersion()
    {
        // Version n has the items of the first and n thousands added to their ids: an answer of two versions would show.
        var model = ServingData.Fit(_ml);
        const int Versions = 12;
        IDataView[] data = [.. Enumerable.Range(0, Versions)
            .Select(version => ServingData.View(_ml, [.. ServingData.Rows.Select(row => Renamed(row, version))]))];
        using var recommender = _ml.Hybrid.CreateRecommender(model, data[0], new RecommenderOptions { Version = "0" });
        string[][] expected = [.. Enumerable.Range(0, Planted.Users)
            .Select(user => recommender.Recommend(user).Select(r => r.Item).ToArray())];
        using var done = new CancellationTokenSource();
        Task<int>[] clients = [.. Enumerable.Range(0, 4).Select(client => Task.Run(() =>
        {
            var versions = new HashSet<string>();
            for (int i = client; !done.IsCancellationRequested; i++)
            {
                int user = i % Planted.Users;
                var result = recommender.Recommend(new RecommendationRequest { User = ServingData.Id(user), Reasons = 1 });
                int version = int.Parse(result.Version, System.Globalization.CultureInfo.InvariantCulture);
                versions.Add(result.Version);
                Assert.Equal(expected[user].Select(item => Renamed(item, version)), result.Items.Select(r => r.Item));
                Assert.All(
                    result.Items.SelectMany(r => r.Reasons),
                    reason => Assert.Equal(version, int.Parse(reason.Item, System.Globalization.CultureInfo.InvariantCulture) / 1000));
            }

            return versions.Count;
        }))];
        for (int version = 1; version < Versions; version++)
            Assert.Equal(
                ServingData.Id(version),
                recommender.Swap(model, data[version], new RecommenderOptions { Version = ServingData.Id(version) }));
        done.Cancel();
        int[] seen = await Task.WhenAll(clients);
        Assert.Equal("11", recommender.Version);
        Assert.Contains(seen, count => count > 1);
    }

    [Fact]
    public void Swap_ThatFails_LeavesTheOldVersion()
    {
        using var recommender = ServingData.Recommender(_ml, options: new RecommenderOptions { Version = "good" });
        var before = recommender.Recommend(2);
        Assert.Throws<ArgumentException>(() => recommender.Swap(ServingData.Fit(_ml), ServingData.View(_ml, [])));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => recommender.Swap(
            ServingData.Fit(_ml), ServingData.View(_ml), null, cancelled.Token));
        Assert.Equal("good", recommender.Version);
        Assert.Equal(before, recommender.Recommend(2));
    }

    [Fact]
    public void Version_NotNamed_CountsUp()
    {
        using var recommender = ServingData.Recommender(_ml);
        Assert.Equal("1", recommender.Version);
        Assert.Equal("2", recommender.Swap(ServingData.Fit(_ml), ServingData.View(_ml)));
        Assert.Equal("2+1", recommender.Refresh(ServingData.View(_ml, [])));
        Assert.Equal("2+2", recommender.Refresh(ServingData.View(_ml, [])));
        Assert.Equal("2+2", recommender.Recommend(new RecommendationRequest()).Version);
    }

    [Fact]
    public void Dispose_OwnedModel_IsDisposedWhenTheLastUseEnds()
    {
        var first = new DisposableModel(ServingData.Fit(_ml));
        var second = new DisposableModel(ServingData.Fit(_ml));
        var recommender = _ml.Hybrid.CreateRecommender(first, ServingData.View(_ml), new RecommenderOptions { OwnsModel = true });
        using (var all = recommender.RecommendAll().GetEnumerator())
        {
            Assert.True(all.MoveNext());
            recommender.Swap(second, ServingData.View(_ml));
            Assert.False(first.Disposed);
            while (all.MoveNext())
                Assert.Equal("1", all.Current.Result.Version);
        }

        Assert.True(first.Disposed);
        Assert.False(second.Disposed);
        recommender.Dispose();
        recommender.Dispose();
        Assert.True(second.Disposed);
        Assert.Throws<ObjectDisposedException>(() => recommender.Recommend(1));
    }

    [Theory]
    [InlineData(RankingHeadKind.DotProduct, RetrievalMode.Exact, EmbeddingPrecision.Single)]
    [InlineData(RankingHeadKind.Linear, RetrievalMode.Exact, EmbeddingPrecision.Int8)]
    [InlineData(RankingHeadKind.Mlp, RetrievalMode.Exact, EmbeddingPrecision.Int8)]
    [InlineData(RankingHeadKind.Mlp, RetrievalMode.TwoStage, EmbeddingPrecision.Single)]
    public void RecommendAll_AnyNumberOfThreads_EqualsOneByOne(RankingHeadKind head, RetrievalMode mode, EmbeddingPrecision precision)
    {
        using var recommender = ServingData.Recommender(_ml, head, new RecommenderOptions { Retrieval = mode, Precision = precision });
        var one = recommender.RecommendAll(5, threads: 1).ToArray();
        var two = recommender.RecommendAll(5, threads: 2).ToArray();
        Assert.Equal(ServingData.Rows.Select(row => ServingData.Id(row.User)).Distinct(), one.Select(list => list.User));
        Assert.Equal(one.Select(list => list.User), two.Select(list => list.User));
        for (int i = 0; i < one.Length; i++)
        {
            Assert.Equal(one[i].Result.Items, two[i].Result.Items);
            Assert.Equal(recommender.Recommend(one[i].User, 5), one[i].Result.Items);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => recommender.RecommendAll(0));
    }

    [Fact]
    public void Recommend_Listened_MeasuresAndTraces()
    {
        using var recommender = ServingData.Recommender(_ml);
        var measured = new List<string>();
        var traced = new List<Activity>();
        int thread = Environment.CurrentManagedThreadId; // tests of other classes answer requests too
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "HybridRec.MLNet")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument.Name, value >= 0));
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument.Name, value == 1));
        meters.Start();
        using var traces = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "HybridRec.MLNet",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Environment.CurrentManagedThreadId == thread)
                    traced.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(traces);
        recommender.Recommend(1);
        recommender.Recommend("nobody");
        Assert.Throws<UnknownIdException>(() => recommender.Recommend(new RecommendationRequest { LikeItem = "999" }));
        recommender.Swap(ServingData.Fit(_ml), ServingData.View(_ml));

        Assert.Equal(2, measured.Count(name => name == "hybridrec.recommend.duration"));
        Assert.Contains("hybridrec.recommend.fallbacks", measured);
        Assert.Contains("hybridrec.recommend.failures", measured);
        Assert.Contains("hybridrec.recommender.versions", measured);
        Assert.Equal(["recommend", "recommend", "recommend", "swap"], traced.Select(activity => activity.OperationName));
        Assert.Equal("Popularity", traced[1].GetTagItem("hybridrec.source"));
        Assert.Equal(ActivityStatusCode.Error, traced[2].Status);
        Assert.Equal(recommender.Version, traced[3].GetTagItem("hybridrec.version"));

        void Note(string name, bool sensible)
        {
            if (Environment.CurrentManagedThreadId != thread)
                return;
            Assert.True(sensible, name);
            measured.Add(name);
        }
    }

    private static ServingRow Renamed(ServingRow row, int version) => new()
    {
        User = row.User,
        Item = (1000 * version) + row.Item,
        ItemText = row.ItemText,
        UserTaste = row.UserTaste,
        ItemTaste = row.ItemTaste,
    };

    private static string Renamed(string item, int version) =>
        ServingData.Id((1000 * version) + int.Parse(item, System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A model that says whether it was disposed.</summary>
    private sealed class DisposableModel(ITransformer inner) : ITransformer, IDisposable
    {
        public bool Disposed { get; private set; }

        public bool IsRowToRowMapper => inner.IsRowToRowMapper;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => inner.GetRowToRowMapper(inputSchema);

        public IDataView Transform(IDataView input) =>
            Disposed ? throw new ObjectDisposedException(nameof(DisposableModel)) : inner.Transform(input);

        void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException();

        public void Dispose() => Disposed = true;
    }
}
