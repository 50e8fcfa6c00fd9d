using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Search;

public sealed class SearchTests : IDisposable
{
    private static readonly ParameterSpace s_space = new ParameterSpace().Integer("Layers", 1, 2)
        .Real("LearningRate", 0.005, 0.05, logarithmic: true);

    private readonly MLContext _ml = new(seed: 1);
    private readonly string _journal = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".jsonl");
    private int _fits;

    public void Dispose() => File.Delete(_journal);

    [Fact]
    public void Search_Checkerboard_FindsAModelThatRanksTheWithheldItems()
    {
        var report = Search(new SearchOptions { Configurations = 3, MinimumEpochs = 2, MaximumEpochs = 6, K = 3, Seed = 1 });
        Assert.Equal(4, _fits);
        Assert.Equal(6, report.Best.Epochs);
        Assert.InRange(report.Best.Value, 0.3, 1);
    }

    [Fact]
    public void Search_TestRows_AreNeverRead()
    {
        var split = Split();
        Assert.NotNull(_ml.Hybrid.Search(split with { TestSet = GuardedView.Unreadable(split.TestSet) }, s_space, Build, Small()));
    }

    [Fact]
    public void Search_SplitWithValidationRows_JudgesByThem()
    {
        var split = Split();
        var report = _ml.Hybrid.Search(
            split with { ValidationSet = split.TestSet }, s_space, Build, Small() with { Metric = TopKMetric.HitRate, K = 9 });
        // The nine unseen items of a user, one of them right: a hit for certain.
        Assert.Equal(1, report.Best.Value);
    }

    [Fact]
    public void Search_Resumed_RunsOnlyWhatIsMissingAndEndsTheSame()
    {
        var whole = Search(Small());
        using var cancel = new CancellationTokenSource();
        var options = Small() with { JournalPath = _journal, Progress = new Told(_ => cancel.Cancel()) };
        Assert.Throws<OperationCanceledException>(() => Search(options, cancel.Token));
        File.AppendAllText(_journal, "{\"configuration\":1,\"ru"); // killed while it wrote

        _fits = 0;
        var told = new List<TrainingProgress>();
        var resumed = Search(options with { Resume = true, Progress = new Told(told.Add) });
        Assert.Equal([1, 2, 3], told.Select(trial => trial.Epoch));
        Assert.All(told, trial => Assert.Equal(("Search", 3), (trial.Stage, trial.Epochs)));
        Assert.Equal(resumed.Trials.Select(trial => (double?)trial.Value), told.Select(trial => trial.Validation));
        Assert.Equal(whole.Trials.Count - 1, _fits);
        Assert.Equal(whole.Trials.Select(Essence), resumed.Trials.Select(Essence));

        _fits = 0;
        Search(options with { Resume = true, Progress = null });
        Assert.Equal(0, _fits);
    }

    [Fact]
    public void Search_JournalExists_IsNotOverwritten()
    {
        Search(Small() with { JournalPath = _journal });
        string before = File.ReadAllText(_journal);
        Assert.Contains("Set Resume", Assert.Throws<IOException>(() => Search(Small() with { JournalPath = _journal })).Message);
        foreach (var other in (SearchOptions[])[
            Small() with { Seed = 2 }, Small() with { Reduction = 3 }, Small() with { Evaluation = new() { MaskSeen = false } }])
            Assert.Contains(
                "of another search",
                Assert.Throws<InvalidDataException>(() => Search(other with { JournalPath = _journal, Resume = true })).Message);
        Assert.Equal(before, File.ReadAllText(_journal));
    }

    [Fact]
    public void Search_JournalDamaged_NamesTheLine()
    {
        Search(Small() with { JournalPath = _journal });
        string[] lines = File.ReadAllLines(_journal);
        lines[1] = "{\"configuration\":\"one\"}";
        File.WriteAllLines(_journal, lines);
        Assert.Contains(
            "line 2", Assert.Throws<InvalidDataException>(() => Search(Small() with { JournalPath = _journal, Resume = true })).Message);
    }

    public static TheoryData<SearchOptions, string> Wrong => new()
    {
        { new SearchOptions { Configurations = 0 }, "Configurations is 0" },
        { new SearchOptions { Reduction = 1 }, "Reduction is 1" },
        { new SearchOptions { MinimumEpochs = 0 }, "MinimumEpochs is 0" },
        { new SearchOptions { MaximumEpochs = 2 }, "MinimumEpochs (3) or more" },
        { new SearchOptions { K = 0 }, "K is 0" },
        { new SearchOptions { ValidationFraction = 1 }, "ValidationFraction is 1" },
        { new SearchOptions { Metric = TopKMetric.Gini }, "larger values are better" },
        { new SearchOptions { Resume = true }, "JournalPath" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Search_WrongOption_SaysWhatIsAllowed(SearchOptions options, string expected)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Search(options));
        Assert.Contains(expected, error.Message);
        Assert.NotNull(typeof(SearchOptions).GetProperty(error.ParamName!));
        Assert.Equal(0, _fits);
    }

    [Fact]
    public void Search_Seed_ComesFromTheContext()
    {
        Assert.Equal(Drawn(new MLContext(seed: 7)), Drawn(new MLContext(seed: 7)));
        Assert.NotEqual(Drawn(new MLContext(seed: 7)), Drawn(new MLContext(seed: 8)));

        string Drawn(MLContext ml) => string.Join(
            ';', ml.Hybrid.Search(Split(), s_space, Build, Small() with { Seed = null }).Trials.Select(trial => trial.Parameters));
    }

    [Fact]
    public void Search_EmptySpace_IsRefused() =>
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => _ml.Hybrid.Search(Split(), new ParameterSpace(), Build)).Message);

    private static SearchOptions Small() =>
        new() { Configurations = 2, Reduction = 2, MinimumEpochs = 1, MaximumEpochs = 2, K = 3, Seed = 1 };

    private static string Essence(SearchTrial trial) =>
        $"{trial.Configuration} {trial.Rung} {trial.Epochs} {trial.Parameters} {trial.Value:R}";

    private SearchReport Search(SearchOptions options, CancellationToken cancellationToken = default) =>
        _ml.Hybrid.Search(Split(), s_space, Build, options, cancellationToken);

    private InteractionSplit Split() =>
        new(Checkerboard.View(_ml, Checkerboard.TrainRows), Checkerboard.View(_ml, Checkerboard.TestRows), "withheld diagonal");

    private IEstimator<ITransformer> Build(SearchParameters parameters)
    {
        _fits++;
        return _ml.Transforms.Conversion.MapValueToKey("User")
            .Append(_ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(_ml.Hybrid.GnnEmbedding(new GnnEmbeddingOptions
            {
                Dimension = 8,
                Model = GraphModel.LightGcn(parameters.Integer("Layers")),
                HoldoutFraction = 0,
                Training = parameters.Training with { LearningRate = parameters.Real("LearningRate") },
            }))
            .Append(_ml.Hybrid.Fuse("Features", "UserGraph", "ItemGraph"))
            .Append(_ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.DotProduct() }));
    }

    private sealed class Told(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }
}
