using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Serving;

/// <summary>What comes from outside and cannot be answered is refused, and the message says why.</summary>
public sealed class RequestErrorTests : IDisposable
{
    private static readonly MLContext s_ml = new(seed: 1);
    private readonly Recommender _recommender = ServingData.Recommender(
        s_ml, options: new RecommenderOptions { MaxCount = 20, MaxHistory = 5, MaxTextLength = 50 });

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(21)]
    [InlineData(int.MaxValue)]
    public void Recommend_CountOutOfRange_SaysTheRange(int count)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            _recommender.Recommend(new RecommendationRequest { User = "1", Count = count }));
        Assert.Contains("between 1 and 20", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recommend_BadRequests_SayWhatIsAllowed()
    {
        Refused("between 0 and 20", new() { User = "1", Reasons = -1 });
        Refused("History is empty", new() { History = [] });
        Refused("at most 5", new() { History = ["1", "2", "3", "4", "5", "6"] });
        Refused("at most 50", new() { Deny = [.. Enumerable.Range(0, 51).Select(ServingData.Id)] });
        Refused("null", new() { History = ["1", null!] });
        Refused("null", new() { Categories = [null!] });
        Refused("Text is blank", new() { Text = " \t" });
        Refused("51 characters", new() { Text = new string('a', 51) });
        Refused("User is empty", new() { User = "" });
        Refused("LikeItem is empty", new() { LikeItem = "" });
        Refused("more than one", new() { User = "1", History = ["1"] });
        Refused("more than one", new() { Text = "a", LikeItem = "1" });
        Refused("it has to have 6", new() { Vector = new float[5] });
        Refused("not finite", new() { Vector = new float[] { 1, 2, float.NaN, 4, 5, 6 } });
        Refused("not finite", new() { Vector = new float[] { 1, 2, float.PositiveInfinity, 4, 5, 6 } });
        Refused("too long", new() { Vector = new float[] { 1e30f, 2, 3, 4, 5, 6 } });
    }

    [Fact]
    public void Recommend_UnknownIds_AreNamed()
    {
        Assert.Equal(("item", "999"), Unknown(new() { LikeItem = "999" }));
        Assert.Equal(("category", "Western"), Unknown(new() { User = "1", Categories = ["Western"] }));
        Assert.Equal(("user", "nobody"), Unknown(new() { User = "nobody", Fallback = false }));
        string huge = new('x', 1_000_000);
        Assert.True(Assert.Throws<UnknownIdException>(() =>
            _recommender.Recommend(new RecommendationRequest { LikeItem = huge })).Message.Length < 400);
        Assert.Throws<UnknownIdException>(() => _recommender.QueryVector("nobody"));
        Assert.Throws<UnknownIdException>(() => _recommender.ItemVector("999"));
    }

    [Fact]
    public void Recommend_NothingKnown_FallsBackAndSaysSo()
    {
        var user = _recommender.Recommend(new RecommendationRequest { User = "nobody" });
        Assert.Equal(RecommendationSource.Popularity, user.Source);
        var history = _recommender.Recommend(new RecommendationRequest { History = ["998", "999"] });
        Assert.Equal(RecommendationSource.Popularity, history.Source);
        Assert.Equal(["998", "999"], history.UnknownItems);
        Assert.Equal(user.Items, history.Items);
        Refused("no item of the history", new() { History = ["999"], Fallback = false });
    }

    [Fact]
    public void Recommend_Cancelled_Throws()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => _recommender.Recommend(new RecommendationRequest { User = "1" }, cancelled.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => _recommender.RecommendAll(cancellationToken: cancelled.Token).ToArray());
        Assert.ThrowsAny<OperationCanceledException>(() => s_ml.Hybrid.CreateRecommender(
            ServingData.Fit(s_ml), ServingData.View(s_ml), new RecommenderOptions(), cancelled.Token));
    }

    [Fact]
    public void Recommend_ModelWithoutTextOrVectors_SaysSo()
    {
        var foreign = s_ml.Transforms.CustomMapping<ServingRow, Scored>((row, scored) => scored.Score = row.ItemTaste[0], null)
            .Fit(ServingData.View(s_ml));
        using var recommender = s_ml.Hybrid.CreateRecommender(foreign, ServingData.View(s_ml), new RecommenderOptions());
        Assert.Contains(
            "no texts", Assert.Throws<NotSupportedException>(() => recommender.Recommend(new RecommendationRequest { Text = "a" })).Message,
            StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => recommender.Recommend(new RecommendationRequest { Vector = new float[6] }));
        Assert.Throws<NotSupportedException>(() => recommender.QueryVector("1"));
        Assert.Throws<NotSupportedException>(() => recommender.Refresh(ServingData.View(s_ml)));
        Assert.Equal(RecommendationSource.Popularity, recommender.Recommend(new RecommendationRequest { History = ["1"] }).Source);
        Assert.Equal(RecommendationSource.Popularity, recommender.Recommend(new RecommendationRequest { LikeItem = "1" }).Source);
    }

    [Fact]
    public void Options_OutOfRange_AreRefusedByName()
    {
        var model = ServingData.Fit(s_ml);
        foreach ((string name, RecommenderOptions options) in new (string, RecommenderOptions)[]
        {
            ("Candidates", new() { Candidates = 0 }), ("TargetRecall", new() { TargetRecall = 0 }),
            ("TargetRecall", new() { TargetRecall = double.NaN }), ("MaxCount", new() { MaxCount = 0 }),
            ("MaxHistory", new() { MaxHistory = 0 }), ("MaxTextLength", new() { MaxTextLength = 0 }), ("Threads", new() { Threads = -1 }),
            ("Precision", new() { Precision = EmbeddingPrecision.BFloat16 }),
            ("Retrieval", new() { Retrieval = (RetrievalMode)9 }), ("Version", new() { Version = "" }),
            ("UserColumnName", new() { UserColumnName = "" }),
        })
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => s_ml.Hybrid.CreateRecommender(
                model, ServingData.View(s_ml), options));
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _recommender.Dispose();

    private void Refused(string part, RecommendationRequest request) =>
        Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(() => _recommender.Recommend(request)).Message, StringComparison.Ordinal);

    private (string Kind, string Id) Unknown(RecommendationRequest request)
    {
        var error = Assert.Throws<UnknownIdException>(() => _recommender.Recommend(request));
        Assert.Contains(error.Id, error.Message, StringComparison.Ordinal);
        return (error.Kind, error.Id);
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
