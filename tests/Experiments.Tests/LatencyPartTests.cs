using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Experiments;
using HybridRec.MLNet.Experiments.Latency;
using HybridRec.MLNet.Experiments.Paper;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Experiments;

/// <summary>The latency part from raw rows to its lines, on a small data set and with few requests. No time is asserted.</summary>
public sealed class LatencyPartTests : IDisposable
{
    private static readonly LatencyEffort s_little = new(Texts: 4, Requests: 3, Lookups: 20, Propagations: 2, ClientSeconds: 0.02);

    private readonly SmallData _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("ml-latest-tiny")] // ids are numbers
    [InlineData("amazon-musical-tiny")] // ids are texts, items are described by reviews
    public void Run_SmallData_EveryRowAndItsFigures(string kind)
    {
        RealData.Model("bert-base-uncased-tokenizer");
        string folder = kind.StartsWith("ml", StringComparison.Ordinal) ? _data.MovieLens(kind) : _data.Amazon(kind);
        LatencyPartResult result = LatencyPart.Run(new PaperSettings(folder, EncoderLayers: 3, EncoderDimension: 32), 1, s_little);
        Assert.Equal(kind, result.Data);
        Assert.Equal(SmallData.Items, result.Items);
        Assert.Equal(SmallStudy.Latency(false).Result.Rows.Select(row => row.Name), result.Rows.Select(row => row.Name));
        Assert.All(result.Rows, row =>
        {
            Assert.InRange(row.Warm.P50, double.Epsilon, row.Warm.P95);
            Assert.InRange(row.Warm.P95, row.Warm.P50, row.Warm.P99);
            Assert.True(row.Cold > 0);
        });
        // the propagation is on all cores
        Assert.Equal(OperatingSystem.IsLinux() ? result.Rows.Count - 1 : 0, result.Rows.Count(row => row.Core is not null));
        Assert.Equal([1, 2, 4, 8], result.Clients.Select(row => row.Clients));
        Assert.All(result.Clients, row => Assert.True(row.RequestsPerSecond > 0 && row.Times.Requests > 0));
        Assert.Equal(
            Environment.GetEnvironmentVariable("HYBRIDREC_FPGA_SIM") is { Length: > 0 }, result.Fpga is { Cycles: > 0, Milliseconds: > 0 });

        // What a page makes of it.
        var study = SmallStudy.Whole with { Latency = new Cached<LatencyPartResult>(new PaperPart("latency", 1), 1, 1, result) };
        Assert.Contains("## Latency", PaperPage.Write(study, 2), StringComparison.Ordinal);
    }

    // However few rows have texts, and though stages fitted one by one mark no held-out rows: what is timed is
    // the MLP, and it reads the text.
    [Fact]
    public void Chain_FewTexts_ScoresByTheMlpFromTheText()
    {
        var ml = new MLContext(1);
        ExperimentData data = ExperimentDataSets.Open(ml, _data.MovieLens("ml-latest-tiny"), null, 1);
        IDataView train = data.Split.TrainSet;
        ITransformer keys = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"))
            .Fit(train);
        GnnEmbeddingTransformer graph = ml.Hybrid.GnnEmbedding(new GnnEmbeddingOptions
        {
            PositiveThreshold = data.RelevanceThreshold,
            FinalEpochs = 0,
            Training = new() { Epochs = 2, Seed = 1 }
        }).Fit(keys.Transform(train));
        using TextEncoder encoder = TextEncoder.Lexical(8);
        string[] two = [.. data.Items!.GetColumn<string>("ItemText").Take(10)];
        ITransformer model = LatencyPart.Chain(ml, keys, graph, train, data, encoder, two, 1);
        HybridRankingModel head = ChainStages.Of(model).OfType<HybridRankingTransformer>().Single().Model;
        Assert.Equal(RankingHeadKind.Mlp, head.Head);
        Assert.Equal(PaperStages.HiddenSizes, head.Weights.Shape.HiddenSizes);
        Func<string, float> score = PairScorer.Create(ml, model, train);
        Assert.NotEqual(score(two[0]), score(two[1]));
        Assert.True(float.IsFinite(score("a text that nobody has seen")));
    }

    [Fact]
    public void ThreadTime_AfterWork_HasGrown()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a clock of a thread's processor time here.");
        double before = ThreadTime.Milliseconds, sum = 0;
        for (int i = 0; i < 20_000_000; i++)
            sum += Math.Sqrt(i);
        Assert.True(ThreadTime.Milliseconds > before && sum > 0);
    }
}
