using System.Text.Json;
using HybridRec.MLNet.Experiments.SecondStage;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Experiments;

/// <summary>The second stage by trees, on a small data set.</summary>
public sealed class SecondStageCommandTests : IDisposable
{
    private const int Users = 120, Items = 40;
    private readonly SmallData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Invoke_SmallData_ALineForEachRanking()
    {
        string folder = _data.MovieLens("ml-latest-tiny", Users, Items), json = Path.Combine(folder, "lines.json");
        File.WriteAllLines(Path.Combine(folder, "ratings.csv"), ["userId,movieId,rating,timestamp", .. Ratings()]);
        int code = SecondStageCommand.Create().Parse(
            ["--data", folder, "--model", "turbo-cf", "--candidates", "20", "--latency", "3", "--json", json]).Invoke();
        Assert.Equal(0, code);
        JsonElement[] lines = [.. File.ReadAllLines(json).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(
            ["first stage", "FastTree", "LightGbm", "LightGbm, no context"],
            lines.Select(line => line.GetProperty("ranking").GetString()));
        Assert.All(lines, line => Assert.InRange(line.GetProperty("ndcg@10").GetDouble(), 0.01, 1));
        Assert.All(lines[1..], line => Assert.Contains("leaves", line.GetProperty("settings").GetString(), StringComparison.Ordinal));
        Assert.Equal(0, lines[0].GetProperty("difference@10").GetDouble());
    }

    // What a request is described by: the rows before the cut and its own time, in the order of the names.
    [Fact]
    public void Describe_HandMadeHistory_HasTheCountsBeforeTheCut()
    {
        const long Day = 86_400;
        var ml = new MLContext(seed: 1);
        IDataView rows = ml.Data.LoadFromEnumerable((HistoryRow[])[
            new() { User = 1, Item = 7, Label = 5, Timestamp = 0 }, new() { User = 2, Item = 7, Label = 3, Timestamp = 95 * Day },
            new() { User = 1, Item = 8, Label = 4, Timestamp = 100 * Day },
        ]);
        var history = new StageHistory(rows, ItemFacts.Read(items: null));
        StageRow described = history.Describe(
            [new CandidateRow { User = "1", Item = "7", Score = 3, Rank = 1, RequestTime = (102 * Day) + 3600 }], group: 4).Single();
        Dictionary<string, float> features = StageHistory.FeatureNames.Zip(described.Features).ToDictionary(x => x.First, x => x.Second);
        Assert.Equal(StageHistory.FeatureCount, described.Features.Length);
        Assert.Equal(
            (3, MathF.Log(3), MathF.Log(2), 100, 5),
            (features["score"], features["item: rows"], features["item: rows in 7 days"], features["item: days since the first row"],
                features["item: days since the last row"]));
        Assert.Equal(((float)(2 + (1 / 24.0)), 1), (features["user: days since the last row"], features["request: hour"]));
        Assert.Equal((4u, "1", "7"), (described.GroupId, described.User, described.Item));
    }

    // Items of the user's own parity in an order that is everyone's own, so that each cut in time leaves all users on both sides.
    private static IEnumerable<string> Ratings()
    {
        var random = new Random(1);
        for (int user = 0; user < Users; user++)
        {
            for (int item = user % 2; item < Items; item += 2)
                yield return $"{user},{item},5,{1_000_000_000 + random.Next(1_000_000)}";
        }
    }

    private sealed class HistoryRow
    {
        public int User { get; set; }
        public int Item { get; set; }
        public float Label { get; set; }
        public long Timestamp { get; set; }
    }
}
