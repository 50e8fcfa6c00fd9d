using System.Diagnostics;
using HybridRec.MLNet.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments.SecondStage;

/// <summary>What was measured of one ranking of the candidates.</summary>
/// <param name="Name">Who ranked.</param>
/// <param name="Settings">The settings that were chosen; empty for the first stage.</param>
/// <param name="Window">On the window before the test; of a second stage by lists of users it was not trained on.</param>
/// <param name="Test">On the test.</param>
/// <param name="CpuSeconds">Processor time of the choice and of the last fit.</param>
internal sealed record StageResult(string Name, string Settings, TopKReport Window, TopKReport Test, double CpuSeconds);

/// <summary>
/// The first stage is fitted on the rows before a window of time; its candidates, labeled by what was taken in the window, train the second
/// stage. For the test the first stage is fitted again, on all rows before the test. Settings are chosen on the window, on users that
/// the judged stage was not trained on.
/// </summary>
internal sealed class SecondStageStudy
{
    private readonly MLContext _ml;
    private readonly ExperimentData _data;
    private readonly string _model;
    private readonly int _count;
    private readonly int _seed;
    private readonly ItemFacts _facts;

    public SecondStageStudy(MLContext ml, ExperimentData data, string model, int count, int seed)
    {
        (_ml, _data, _model, _count, _seed) = (ml, data, model, count, seed);
        _facts = ItemFacts.Read(data.Attributes);
    }

    /// <summary>Processor seconds of the fits of the first stage.</summary>
    public double FirstStageCpuSeconds { get; private set; }

    /// <summary>The first stage as it serves the test; after <see cref="Run"/>.</summary>
    public Recommender? Recommender { get; private set; }

    /// <summary>The rows before the test; after <see cref="Run"/>.</summary>
    public StageHistory? History { get; private set; }

    /// <summary>The last second stage that was fitted, by name; after <see cref="Run"/>.</summary>
    public Dictionary<string, ITransformer> Fitted { get; } = new(StringComparer.Ordinal);

    /// <summary>The test's candidates; after <see cref="Run"/>.</summary>
    public IReadOnlyList<CandidateRow> TestCandidates { get; private set; } = [];

    /// <summary>Data divided by time, without texts that rows after a cut would have written.</summary>
    public static ExperimentData Open(MLContext ml, string data, int seed)
    {
        ExperimentData opened = ExperimentDataSets.Open(ml, data, "time", seed);
        if (opened.Split.TestSet.Schema.GetColumnOrNull("ReviewText") is null)
            return opened;
        IDataView reviews = ml.Hybrid.Data.LoadAmazonReviews(ExperimentDataSets.Folder(data));
        return opened with { Split = ml.Hybrid.Data.TemporalSplit(reviews, testFraction: 0.1), Items = null };
    }

    /// <summary>Runs it.</summary>
    /// <param name="windows">Windows of a tenth of all rows before the test that the second stage learns from.</param>
    public IReadOnlyList<StageResult> Run(int windows)
    {
        var trainingRows = new List<StageRow>();
        List<CandidateRow> latest = [];
        InteractionSplit? window = null;
        IDataView before = _data.Split.TrainSet;
        int latestRows = 0;
        for (int i = 0; i < windows; i++)
        {
            // A tenth of all rows: a ninth of the nine tenths before the test, an eighth of the eight tenths before it.
            InteractionSplit cut = _ml.Hybrid.Data.TemporalSplit(before, testFraction: 1.0 / (9 - i));
            (Recommender recommender, List<CandidateRow> candidates) = FirstStage(cut);
            recommender.Dispose();
            trainingRows.AddRange(Rows(new StageHistory(cut.TrainSet, _facts), candidates, firstGroup: trainingRows.Count));
            if (i == 0)
                (window, latest, latestRows) = (cut, candidates, trainingRows.Count);
            before = cut.TrainSet;
        }

        (Recommender, List<CandidateRow> test) = FirstStage(_data.Split);
        TestCandidates = test;
        History = new StageHistory(_data.Split.TrainSet, _facts);
        StageRow[] testRows = [.. Rows(History, test, firstGroup: 0)];
        var results = new List<StageResult>
        {
            new("first stage", "", Judge(Lists(latest), window!), Judge(Lists(test), _data.Split), 0)
        };
        foreach (string name in StageTrainer.Names)
            results.Add(SecondStage(name, name, trainingRows, trainingRows[..latestRows], window!, testRows));
        // What is gained without any context, by the same trees over the first stage's own figures.
        results.Add(SecondStage(
            "LightGbm", "LightGbm, no context", Blind(trainingRows), Blind(trainingRows[..latestRows]), window!, Blind(testRows)));
        return results;
    }

    private StageResult SecondStage(
        string trainer, string name, List<StageRow> rows, IReadOnlyList<StageRow> latest, InteractionSplit window,
        IReadOnlyList<StageRow> test)
    {
        double start = CpuSeconds();
        (StageSettings Settings, TopKReport Report) best = StageSettings.Grid
            .Select(settings => (settings, Judge(StageTrainer.OutOfFold(_ml, trainer, settings, rows, latest, _seed), window)))
            .MaxBy(tried => tried.Item2[TopKMetric.Ndcg, 10].Value);
        ITransformer stage = StageTrainer.Create(_ml, trainer, best.Settings, _seed).Fit(_ml.Data.LoadFromEnumerable(rows));
        double seconds = CpuSeconds() - start;
        Fitted[name] = stage;
        Console.WriteLine(FormattableString.Invariant($"{name}: {best.Settings} in {seconds:F1} CPU s"));
        return new StageResult(
            name, best.Settings.ToString(), best.Report, Judge(StageTrainer.Rank(_ml, stage, test), _data.Split), seconds);
    }

    private (Recommender Recommender, List<CandidateRow> Candidates) FirstStage(InteractionSplit cut)
    {
        double start = CpuSeconds();
        ITransformer model = ExperimentModels.Build(
            _ml, _model, _data with { Split = cut }, epochs: null, _seed, new EpochTimes()).Fit(cut.TrainSet);
        FirstStageCpuSeconds += CpuSeconds() - start;
        Console.WriteLine(FormattableString.Invariant($"first stage by {cut.Protocol}: fitted in {CpuSeconds() - start:F1} CPU s"));
        Recommender recommender = _ml.Hybrid.CreateRecommender(model, cut.TrainSet, new RecommenderOptions { Items = _data.Items });
        IDataView rows = recommender.CandidateRows(
            Requests(cut.TestSet), _count, [nameof(RequestRow.RequestTime)], _data.RelevanceThreshold);
        return (recommender, [.. _ml.Data.CreateEnumerable<CandidateRow>(rows, reuseRowObject: false)]);
    }

    // One request a user, at the time of the first row after the cut.
    private IDataView Requests(IDataView rows)
    {
        EntityIndex users = EntityIndex.Read(rows, "User", out int[] userCodes),
            items = EntityIndex.Read(rows, "Item", out int[] itemCodes);
        long[] times = [.. rows.GetColumn<long>("Timestamp")], first = new long[users.Count];
        Array.Fill(first, long.MaxValue);
        for (int row = 0; row < times.Length; row++)
            first[userCodes[row]] = Math.Min(first[userCodes[row]], times[row]);
        return _ml.Data.LoadFromEnumerable(rows.GetColumn<float>("Label").Select((label, row) => new RequestRow
        {
            User = users.IdOf(userCodes[row]),
            Item = items.IdOf(itemCodes[row]),
            Label = label,
            RequestTime = first[userCodes[row]],
        }).ToArray());
    }

    private static IEnumerable<StageRow> Rows(StageHistory history, List<CandidateRow> candidates, int firstGroup) => candidates
        .GroupBy(row => row.User, StringComparer.Ordinal)
        .SelectMany((request, i) => history.Describe([.. request], (uint)(firstGroup + i + 1)));

    private static List<StageRow> Blind(IEnumerable<StageRow> rows) => [.. rows.Select(row => new StageRow
    {
        User = row.User,
        Item = row.Item,
        Label = row.Label,
        GroupId = row.GroupId,
        Features = [.. row.Features.Select((value, i) => i < StageHistory.FirstStageFeatures ? value : 0)],
    })];

    private static IEnumerable<ListRow> Lists(IEnumerable<CandidateRow> candidates) =>
        candidates.Select(row => new ListRow { User = row.User, Item = row.Item, Score = row.Score });

    private TopKReport Judge(IEnumerable<ListRow> lists, InteractionSplit split) => _ml.Hybrid.EvaluateTopK(
        _ml.Data.LoadFromEnumerable(lists.ToArray()), split, new TopKOptions
        {
            RelevanceThreshold = _data.RelevanceThreshold,
            Items = _data.Items,
            ColdUsers = ColdUserPolicy.Skip, // nobody is ranked for who has no row yet
            Baselines = false,
            Seed = _seed,
        });

    private static double CpuSeconds()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }
}
