using System.Text.Json;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Serving;

/// <summary>An answer says what it was made from, and what of the request it could not take.</summary>
public sealed class AnswerNoteTests : IDisposable
{
    private readonly Recommender _recommender = ServingData.Recommender(new MLContext(seed: 1));

    public void Dispose() => _recommender.Dispose();

    [Fact]
    public void Recommend_User_SaysItsSourceAndVersion()
    {
        RecommendationResult known = _recommender.Recommend(7), unknown = _recommender.Recommend(987_654);
        Assert.Equal(
            (RecommendationSource.User, "1", true, null, 10), (known.Source, known.Version, known.IsExact, known.Note, known.Count));
        Assert.Equal(RecommendationSource.Popularity, unknown.Source);
        Assert.Equal("There is no user '987654' in the data: these are the popular items.", unknown.Note);
        Assert.Equal(unknown, _recommender.Recommend(new RecommendationRequest { User = "987654" }));
        var request = new RecommendationRequest { User = "7", Reasons = 2 };
        Assert.Equal(_recommender.Recommend(request), _recommender.Recommend(request));
        Assert.Equal(known.Items, known);
        Assert.Equal(known[2], known.Items[2]);
        Assert.Equal(10, known.Categories.Count);
        Assert.Equal(_recommender.FindItem(known[0].Item)!.Categories, known.Categories[0]);
    }

    [Fact]
    public void Recommend_MistypedId_ShowsWhatIdsLookLike()
    {
        Assert.Contains("ids look like '", _recommender.Recommend("u42").Note, StringComparison.Ordinal);
        Assert.Equal(
            "There is no user '987654' in the data: nothing is left out as seen.",
            _recommender.Recommend(new RecommendationRequest { User = "987654", LikeItem = "1" }).Note);
        var none = _recommender.Recommend(new RecommendationRequest { History = ["x1", "x2"] });
        Assert.Equal(RecommendationSource.Popularity, none.Source);
        Assert.Contains("no item of the history: 'x1', 'x2'; ids look like '", none.Note, StringComparison.Ordinal);
        var some = _recommender.Recommend(new RecommendationRequest { History = ["1", "2", "998"] });
        Assert.Equal((RecommendationSource.History, "The data does not have '998' of the history."), (some.Source, some.Note));
        Assert.Null(_recommender.Recommend(new RecommendationRequest { History = ["1", "2"] }).Note);
    }

    [Fact]
    public void ToString_List_HasALineForEachItem()
    {
        RecommendationResult result = _recommender.Recommend(new RecommendationRequest { User = "7", Count = 3, Reasons = 1 });
        string[] lines = result.ToString().Split('\n');
        Assert.Equal("3 items, source User, version 1", lines[0]);
        Assert.Equal(4, lines.Length);
        Assert.StartsWith($"   1. {result[0].Title} [{result[0].Item}] ", lines[1], StringComparison.Ordinal);
        Assert.Contains(", because of film ", lines[1], StringComparison.Ordinal);
        Assert.Contains("no user 'u42'", _recommender.Recommend("u42").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_Result_IsAnObjectWithItsSource()
    {
        RecommendationResult result = _recommender.Recommend(7);
        string json = JsonSerializer.Serialize(result, JsonSerializerOptions.Web);
        using JsonDocument read = JsonDocument.Parse(json);
        Assert.Equal(10, read.RootElement.GetProperty("items").GetArrayLength());
        Assert.Equal("1", read.RootElement.GetProperty("version").GetString());
        Assert.Equal((int)RecommendationSource.User, read.RootElement.GetProperty("source").GetInt32());
        Assert.Equal(
            result.Select(item => item.Item),
            JsonSerializer.Deserialize<RecommendationResult>(json, JsonSerializerOptions.Web)!.Select(item => item.Item));
    }
}
