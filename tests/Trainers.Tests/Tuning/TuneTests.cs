using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Tuning;

public sealed class TuneTests : IDisposable
{
    private static readonly TuningSpace s_space = new TuningSpace().Integer("Layers", 1, 2).Real("LearningRate", 0.005, 0.05, logarithmic: true);

    private readonly MLContext _ml = new(seed: 1);
    private readonly string _journal = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".jsonl");
    private int _fits;

    public void Dispose() => File.Delete(_journal);

    [Fact]
    public void Tune_Checkerboard_FindsAModelThatRanksTheWithheldItems()
    {
        var report = Tune(new TuningOptions { Configurations = 3, MinimumEpochs = 2, MaximumEpochs = 6, K = 3 });
        Assert.Equal(4, _fits);
        Assert.Equal(6, report.Best.Epochs);
        Assert.InRange(report.Best.Value, 0.3, 1);
    }

    [Fact]
    public void Tune_TestRows_AreNeverRead()
    {
        var split = Split();
        Assert.NotNull(_ml.Hybrid.Tune(split with { TestSet = GuardedView.Unreadable(split.TestSet) }, s_space, Build, Small()));
    }

    [Fact]
    public void Tune_SplitWithValidationRows_JudgesByThem()
    {
        var split = Split();
        var report = _ml.Hybrid.Tune(split with { ValidationSet = split.TestSet }, s_space, Build, Small() with { Metric = TopKMetric.HitRate, K = 9 });
        // The nine unseen items of a user, one of them right: a hit for certain.
        Assert.Equal(1, report.Best.Value);
    }

    [Fact]
    public void Tune_Resumed_RunsOnlyWhatIsMissingAndEndsTheSame()
    {
        var whole = Tune(Small());
        using var cancel = new CancellationTokenSource();
        var options = Small() with { JournalPath = _journal, CancellationToken = cancel.Token, Progress = new Told(_ => cancel.Cancel()) };
        Assert.Throws<OperationCanceledException>(() => Tune(options));
        File.AppendAllText(_journal, "{\"configuration\":1,\"ru"); // killed while it wrote

        _fits = 0;
        var resumed = Tune(options with { Resume = true, CancellationToken = default, Progress = null });
        Assert.Equal(whole.Trials.Count - 1, _fits);
        Assert.Equal(whole.Trials.Select(Essence), resumed.Trials.Select(Essence));

        _fits = 0;
        Tune(options with { Resume = true, CancellationToken = default, Progress = null });
        Assert.Equal(0, _fits);
    }

    [Fact]
    public void Tune_JournalExists_IsNotOverwritten()
    {
        Tune(Small() with { JournalPath = _journal });
        string before = File.ReadAllText(_journal);
        Assert.Contains("Set Resume", Assert.Throws<IOException>(() => Tune(Small() with { JournalPath = _journal })).Message);
        Assert.Contains("of another search", Assert.Throws<InvalidDataException>(() => Tune(Small() with { JournalPath = _journal, Resume = true, Seed = 2 })).Message);
        Assert.Equal(before, File.ReadAllText(_journal));
    }

    [Fact]
    public void Tune_JournalDamaged_NamesTheLine()
    {
        Tune(Small() with { JournalPath = _journal });
        string[] lines = File.ReadAllLines(_journal);
        lines[1] = "{\"configuration\":\"one\"}";
        File.WriteAllLines(_journal, lines);
        Assert.Contains("line 2", Assert.Throws<InvalidDataException>(() => Tune(Small() with { JournalPath = _journal, Resume = true })).Message);
    }

    public static TheoryData<TuningOptions, string> Wrong => new()
    {
        { new TuningOptions { Configurations = 0 }, "Configurations is 0" },
        { new TuningOptions { Reduction = 1 }, "Reduction is 1" },
        { new TuningOptions { MinimumEpochs = 0 }, "MinimumEpochs is 0" },
        { new TuningOptions { MaximumEpochs = 2 }, "MinimumEpochs (3) or more" },
        { new TuningOptions { K = 0 }, "K is 0" },
        { new TuningOptions { ValidationFraction = 1 }, "in (0, 1)" },
        { new TuningOptions { Metric = TopKMetric.Gini }, "larger values are better" },
        { new TuningOptions { Resume = true }, "JournalPath" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Tune_WrongOption_SaysWhatIsAllowed(TuningOptions options, string expected)
    {
        Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(() => Tune(options)).Message);
        Assert.Equal(0, _fits);
    }

    [Fact]
    public void Tune_EmptySpace_IsRefused() =>
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => _ml.Hybrid.Tune(Split(), new TuningSpace(), Build)).Message);

    private static TuningOptions Small() => new() { Configurations = 2, Reduction = 2, MinimumEpochs = 1, MaximumEpochs = 2, K = 3 };

    private static string Essence(TuningTrial trial) => $"{trial.Configuration} {trial.Rung} {trial.Epochs} {trial.Parameters} {trial.Value:R}";

    private TuningReport Tune(TuningOptions options) => _ml.Hybrid.Tune(Split(), s_space, Build, options);

    private InteractionSplit Split() =>
        new(Checkerboard.View(_ml, Checkerboard.TrainRows), Checkerboard.View(_ml, Checkerboard.TestRows), "withheld diagonal");

    private IEstimator<ITransformer> Build(TuningParameters parameters, int epochs)
    {
        _fits++;
        return _ml.Transforms.Conversion.MapValueToKey("User")
            .Append(_ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(_ml.Hybrid.GnnEmbedding(new GnnEmbeddingOptions
            {
                Dimension = 8,
                Epochs = epochs,
                Layers = parameters.Integer("Layers"),
                LearningRate = parameters.Single("LearningRate"),
                HoldoutFraction = 0,
            }))
            .Append(_ml.Hybrid.Fuse("Features", "UserGraph", "ItemGraph"))
            .Append(_ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.DotProduct }));
    }

    private sealed class Told(Action<TuningTrial> tell) : IProgress<TuningTrial>
    {
        public void Report(TuningTrial value) => tell(value);
    }
}
