using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Pipelines;

public sealed class DefaultPipelineTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Describe_TextsAndIds_IsTheChainInCSharp()
    {
        string code = _ml.Hybrid.DefaultPipeline(Shop.Split(_ml).TrainSet).Describe();
        Assert.Equal(
            """
            var pipeline = ml.Transforms.Conversion.MapValueToKey("User", maximumNumberOfKeys: int.MaxValue)
                .Append(ml.Transforms.Conversion.MapValueToKey("Item", maximumNumberOfKeys: int.MaxValue))
                .Append(ml.Hybrid.LlmEmbedding(new() { ItemColumnName = "Item" }))
                .Append(ml.Hybrid.GnnEmbedding(new() { ColdFeatures = ["ItemMeaning"], Updatable = true }))
                .Append(ml.Hybrid.UserProfile(new() { OutputColumnName = "UserMeaning", ItemVectorColumnName = "ItemMeaning" }))
                .Append(ml.Hybrid.GraphFilter("FilterScore", new() { Filter = ClosedForm.Automatic("ItemMeaning") }))
                .Append(ml.Hybrid.Fuse("Features", user: ["UserGraph", "UserMeaning"], item: ["ItemGraph", "ItemMeaning"], pair: ["FilterScore"]))
                .Append(ml.Hybrid.Ranking(new() { Head = RankingHead.Linear() }));
            """.ReplaceLineEndings("\n"),
            code);
    }

    [Fact]
    public void Describe_SeedGiven_StandsInEveryStageThatDraws()
    {
        string code = _ml.Hybrid.DefaultPipeline(Shop.Split(_ml).TrainSet, new() { Seed = 7 }).Describe();
        foreach (string stage in (string[])
            ["Updatable = true, Training = new() { Seed = 7 } })", "ItemVectorColumnName = \"ItemMeaning\", Seed = 7 })",
                "ClosedForm.Automatic(\"ItemMeaning\"), Seed = 7 })", "Head = RankingHead.Linear(), Training = new() { Seed = 7 } })"])
            Assert.Contains(stage, code, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_KnownItemWithoutItsText_ScoresAsWithIt()
    {
        var train = Shop.Split(_ml).TrainSet;
        var model = _ml.Hybrid.DefaultPipeline(train).Fit(train);
        var bare = _ml.Transforms.CustomMapping<TextOnly, TextOnly>((_, row) => row.ItemText = "", null).Fit(train).Transform(train);
        Assert.Equal(model.Transform(train).GetColumn<float>("Score"), model.Transform(bare).GetColumn<float>("Score"));
    }

    private sealed class TextOnly
    {
        public string ItemText { get; set; } = "";
    }

    [Fact]
    public void Fit_NoTexts_MixesGraphAndClosedForm()
    {
        var split = Shop.Split(_ml);
        var bare = _ml.Transforms.SelectColumns("User", "Item").Fit(split.TrainSet).Transform(split.TrainSet);
        var pipeline = _ml.Hybrid.DefaultPipeline(bare);
        Assert.DoesNotContain("Text", pipeline.Describe(), StringComparison.Ordinal);
        var head = (HybridRankingTransformer)pipeline.Fit(bare).LastTransformer;
        Assert.Equal(["FilterScore", "UserGraph"], head.Model.StartWeights.Keys.Order());
    }

    [Fact]
    public void Fit_OwnColumnNamesAndKeys_Works()
    {
        var rows = _ml.Transforms.CopyColumns("customer", "User").Append(_ml.Transforms.CopyColumns("sku", "Item"))
            .Append(_ml.Transforms.Conversion.MapValueToKey("sku")).Append(_ml.Transforms.SelectColumns("customer", "sku"))
            .Fit(Shop.Split(_ml).TrainSet).Transform(Shop.Split(_ml).TrainSet);
        var pipeline = _ml.Hybrid.DefaultPipeline(rows, new() { UserColumnName = "customer", ItemColumnName = "sku" });
        Assert.DoesNotContain("MapValueToKey(\"sku\"", pipeline.Describe(), StringComparison.Ordinal);
        Assert.Contains("UserColumnName = \"customer\"", pipeline.Describe(), StringComparison.Ordinal);
        Assert.All(pipeline.Fit(rows).Transform(rows).GetColumn<float>("Score"), score => Assert.True(float.IsFinite(score)));
    }

    [Fact]
    public void Fit_TwoEncoders_StandBesideEachOther()
    {
        var split = Shop.Split(_ml);
        var model = _ml.Hybrid.DefaultPipeline(split.TrainSet, new() { Encoder = TextEncoder.Lexical(dimension: 16, seed: 3) })
            .Fit(split.TrainSet);
        var head = (HybridRankingTransformer)model.LastTransformer;
        Assert.Equal(["FilterScore", "UserGraph", "UserMeaning", "UserSense"], head.Model.StartWeights.Keys.Order());
    }

    [Fact]
    public void Make_NoUserColumn_NamesIt()
    {
        var rows = _ml.Transforms.SelectColumns("Item").Fit(Shop.Split(_ml).TrainSet).Transform(Shop.Split(_ml).TrainSet);
        var error = Assert.Throws<ArgumentException>(() => _ml.Hybrid.DefaultPipeline(rows));
        Assert.Contains("'User'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_SameContextSeed_GivesTheSameScores()
    {
        float[] once = Scores(7), again = Scores(7), other = Scores(8);
        Assert.Equal(once, again);
        Assert.NotEqual(once, other);

        static float[] Scores(int seed)
        {
            var ml = new MLContext(seed);
            var rows = Shop.Split(ml).TrainSet;
            return [.. ml.Hybrid.DefaultPipeline(rows).Fit(rows).Transform(rows).GetColumn<float>("Score")];
        }
    }

    [Fact]
    public void Fit_ShortTimeBudget_ChoosesLessAndSaysSo()
    {
        var log = new List<string>();
        _ml.Log += (_, e) => log.Add(e.RawMessage);
        // Every look at the clock takes a second: nothing but the least fits.
        var (rows, model) = FitWithin(_ml, TimeSpan.FromSeconds(20), new SteppingClock(TimeSpan.FromSeconds(1)));
        Assert.Contains(log, line => line.Contains("for the time budget", StringComparison.Ordinal)
            && line.Contains("ends after epoch", StringComparison.Ordinal));
        Assert.Contains(log, line => line.Contains("not tried for the time budget", StringComparison.Ordinal));
        Assert.DoesNotContain(log, line => line.StartsWith("tried EaseForm", StringComparison.Ordinal));
        var head = (HybridRankingTransformer)model.LastTransformer;
        Assert.Equal(["FilterScore", "UserGraph", "UserMeaning"], head.Model.StartWeights.Keys.Order());
        float[] scores = [.. model.Transform(rows).GetColumn<float>("Score")];
        Assert.All(scores, score => Assert.True(float.IsFinite(score)));
        Assert.True(scores.Distinct().Count() > 1);
    }

    [Fact]
    public void Fit_TimeBudgetThatIsNeverReached_ChangesNothing()
    {
        var (rows, model) = FitWithin(_ml, TimeSpan.FromSeconds(1), new SteppingClock(TimeSpan.Zero));
        var (_, free) = FitWithin(new(seed: 1), null, TimeProvider.System);
        Assert.Equal(free.Transform(rows).GetColumn<float>("Score"), model.Transform(rows).GetColumn<float>("Score"));
    }

    [Fact]
    public void Make_TimeBudget_IsToldAndAbove0()
    {
        var rows = Shop.Split(_ml).TrainSet;
        string code = _ml.Hybrid.DefaultPipeline(rows, new() { TimeBudget = TimeSpan.FromMinutes(5) }).Describe();
        Assert.StartsWith("// without the time budget of 00:05:00", code, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.DefaultPipeline(rows, new() { TimeBudget = TimeSpan.Zero }));
    }

    private static (IDataView Rows, TransformerChain<ITransformer> Model) FitWithin(MLContext ml, TimeSpan? budget, TimeProvider clock)
    {
        var rows = Shop.Split(ml).TrainSet;
        return (rows, ml.Hybrid.DefaultPipeline(rows, new() { TimeBudget = budget, Clock = clock, Seed = 5 }).Fit(rows));
    }

    private static SmallCatalog Shop { get; } = new(1, users: 40, items: 30, texts: 6);

    private sealed class SteppingClock(TimeSpan step) : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, step.Ticks);
    }
}
