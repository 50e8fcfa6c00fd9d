using HybridRec.MLNet.Experiments.Paper;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Experiments;

/// <summary>The parts that train, on a small data set: what they give, not how good it is.</summary>
public sealed class PaperPartsTests : IDisposable
{
    private readonly SmallData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Accuracy_SmallData_EveryConfigurationAndBaseline()
    {
        AccuracyResult result = AccuracyPart.Run(Settings(_data.MovieLens("ml-latest-tiny")), 3);
        Assert.Equal((3, "ml-latest-tiny", 0), (result.Seed, result.Data, result.RatedCount)); // nobody has 40 ratings
        bool simulated = Environment.GetEnvironmentVariable("HYBRIDREC_FPGA_SIM") is { Length: > 0 };
        string[] models =
        [
            AccuracyPart.GnnOnly, AccuracyPart.TextOnly, AccuracyPart.Hybrid, AccuracyPart.Int8, AccuracyPart.Distilled,
            .. simulated ? (string[])[AccuracyPart.Fpga] : []
        ];
        Assert.Equal(models, result.Rows.Select(row => row.Name).Where(models.Contains));
        Assert.Equal(
            ["ItemMean", "Oracle", "Popularity", "Random"],
            result.Rows.Select(row => row.Name).Except(models).Order(StringComparer.Ordinal));
        Assert.All(result.Rows, row =>
        {
            Assert.Equal(AccuracyPart.Full, row.Protocol);
            Assert.InRange(row.Ndcg.Value, 0, 1);
            Assert.Equal(
                row.Name is AccuracyPart.Hybrid or AccuracyPart.Int8 or AccuracyPart.Distilled or AccuracyPart.Fpga,
                row.Difference is not null);
        });
        double Ndcg(string name) => result.Rows.Single(row => row.Name == name).Ndcg.Value;
        Assert.Equal(1, Ndcg("Oracle"), 12);
        Assert.True(Ndcg(AccuracyPart.Hybrid) > Ndcg("Random")); // users like items of their own parity, and texts tell it
        if (simulated)
            Assert.True(result.Rows.Single(row => row.Name == AccuracyPart.Fpga).Same);
    }

    [Theory]
    [InlineData(TrainingPart.Gnn, true, false)]
    [InlineData(TrainingPart.Text, false, true)]
    [InlineData(TrainingPart.Int8, true, true)]
    [InlineData(TrainingPart.Distilled, true, true)]
    public void Training_SmallData_SecondsOfItsPartsAndACurve(string configuration, bool graph, bool heads)
    {
        TrainingResult result = TrainingPart.Run(Settings(_data.MovieLens("ml-latest-tiny")), 1, configuration);
        Assert.Equal(configuration, result.Configuration);
        Assert.Equal(graph, result.GraphSeconds > 0);
        Assert.Equal(graph, result.Curve.Count > 0);
        Assert.True(result.Seconds >= result.GraphSeconds + (heads ? result.HeadSeconds : 0) && result.PeakMemoryMiB > 0
            && result.ProcessorSeconds > 0);
    }

    [Fact]
    public void Open_EnoughUsersWithFortyRatings_HoldsOutTwentyOfEach()
    {
        string folder = _data.MovieLens("ml-latest-many", users: 200, items: 140);
        PaperData data = PaperData.Open(new MLContext(1), folder, 1);
        Assert.Equal(20, data.RatedCount);
        Assert.All(data.Data.Split.TestSet.GetColumn<int>("User").CountBy(user => user), pair => Assert.Equal(20, pair.Value));
    }

    [Fact]
    public void Open_TooFewUsersWithFortyRatings_SplitOfTheOtherCommands()
    {
        PaperData data = PaperData.Open(new MLContext(1), _data.MovieLens("ml-latest-few", users: 199, items: 140), 1);
        Assert.Equal((0, "random"), (data.RatedCount, data.Data.SplitKind));
    }

    [Fact]
    public void WithUsers_FewerThanThereAre_AllTestRowsOfSoManyDrawnBySeed()
    {
        PaperData data = PaperData.Open(new MLContext(1), _data.MovieLens("ml-latest-tiny"), 1);
        Dictionary<int, int> all = Rows(data), some = Rows(data.WithUsers(7, 1));
        Assert.Equal(7, some.Count);
        Assert.All(some, user => Assert.Equal(all[user.Key], user.Value));
        Assert.Equal(some, Rows(data.WithUsers(7, 1)));
        Assert.NotEqual(some.Keys.Order(), Rows(data.WithUsers(7, 2)).Keys.Order());
        Assert.Same(data, data.WithUsers(null, 1));
        Assert.Same(data, data.WithUsers(all.Count, 1));

        static Dictionary<int, int> Rows(PaperData data) =>
            data.Data.Split.TestSet.GetColumn<int>("User").CountBy(user => user).ToDictionary();
    }

    // Texts of items are those of reviews; a held-out review must not describe its item.
    [Fact]
    public void Open_Reviews_TextsOfTrainingRowsOnly()
    {
        PaperData data = PaperData.Open(new MLContext(1), _data.Amazon("amazon-musical-tiny"), 1);
        Assert.Equal(0, data.RatedCount);
        Dictionary<string, string> texts = data.Data.Items!.GetColumn<string>("Item").Zip(data.Data.Items!.GetColumn<string>("ItemText"))
            .ToDictionary();
        (int train, int test) = (Named(data.Data.Split.TrainSet), Named(data.Data.Split.TestSet));
        Assert.True(train > 0, "No text has the words of a training row.");
        Assert.Equal(0, test);

        int Named(IDataView rows) => rows.GetColumn<string>("User").Zip(rows.GetColumn<string>("Item"))
            .Count(row => texts[row.Second].Contains($" {row.First} ", StringComparison.Ordinal));
    }

    private static PaperSettings Settings(string folder) => new(folder, Epochs: 2, Patience: 1, FinalEpochs: 1, RankerEpochs: 2);
}
