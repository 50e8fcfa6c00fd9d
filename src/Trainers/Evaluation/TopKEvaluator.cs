using System.Diagnostics;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Items;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Evaluation;

/// <summary>Judges a model and the baselines on one task and writes the report.</summary>
internal sealed class TopKEvaluator
{
    private readonly RankingTask _task;
    private readonly TopKOptions _options;
    private readonly CancellationToken _cancellationToken;
    private readonly SelfInformation _information;
    private readonly int _depth;

    private TopKEvaluator(RankingTask task, TopKOptions options, CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        _task = task;
        _options = options;
        _depth = Math.Min(options.K.Max(), Math.Max(1, task.Width));
        var trainingUsers = Enumerable.Range(0, task.Seen.UserCount).Count(user => !task.Seen.ItemsOf(user).IsEmpty);
        _information = new SelfInformation(Baselines.UsersOfItems(task.Seen), trainingUsers);
    }

    /// <summary>Evaluates a model.</summary>
    /// <param name="ml">Context.</param>
    /// <param name="model">From raw rows to scores.</param>
    /// <param name="split">What it is judged on.</param>
    /// <param name="options">Options, with a seed.</param>
    /// <param name="cancellationToken">Stops the evaluation.</param>
    public static TopKReport Evaluate(
        MLContext ml, ITransformer model, InteractionSplit split, TopKOptions options, CancellationToken cancellationToken)
    {
        var task = RankingTaskBuilder.Build(model, split, options, cancellationToken);
        Warn(ml, task.Warnings);
        var clock = Stopwatch.StartNew();
        var ranker = MakeRanker(ml, model, split, task);
        return new TopKEvaluator(task, options, cancellationToken).Evaluate(ranker, clock, split.Protocol);
    }

    /// <summary>Evaluates given lists.</summary>
    /// <param name="ml">Context.</param>
    /// <param name="lists">Rows with a user, an item and a score.</param>
    /// <param name="split">What they are judged on.</param>
    /// <param name="options">Options, with a seed.</param>
    /// <param name="cancellationToken">Stops the evaluation.</param>
    public static TopKReport Evaluate(
        MLContext ml, IDataView lists, InteractionSplit split, TopKOptions options, CancellationToken cancellationToken)
    {
        var task = RankingTaskBuilder.Build(model: null, split, options, cancellationToken);
        Warn(ml, task.Warnings);
        var clock = Stopwatch.StartNew();
        var ranker = ListRanker.Read(lists, task.Tables, options, cancellationToken);
        return new TopKEvaluator(task, options, cancellationToken).Evaluate(ranker, clock, split.Protocol);
    }

    private static void Warn(IChannelProvider host, IReadOnlyList<string> warnings)
    {
        if (warnings.Count == 0)
            return;
        using var channel = host.Start(StageNames.EvaluateTopK);
        foreach (string warning in warnings)
            channel.Warning(MessageSensitivity.UserData, $"{StageNames.EvaluateTopK}: {warning}");
    }

    /// <summary>The ranker of a model: all items, or the test rows one by one.</summary>
    public static Ranker MakeRanker(MLContext ml, ITransformer model, InteractionSplit split, RankingTask task) =>
        task.Cases.Any(one => one.Rows is not null)
            ? new RowRanker(ScoreRows(model, split.TestSet, task.TestRows))
            : new ScorerRanker(ItemScorers.Create(ml, model, task.Tables));

    private TopKReport Evaluate(Ranker model, Stopwatch clock, string protocol)
    {
        var rows = new List<(string Name, TimeSpan Elapsed, RankingValues Values)> { ("Model", default, Measure(model)) };
        rows[0] = rows[0] with { Elapsed = clock.Elapsed };
        if (_options.Baselines)
        {
            rows.Add(Timed(Baselines.Random, () => Baselines.RandomExpectation(_task, _information, _options.K)));
            rows.Add(Timed(Baselines.Popularity, () => Measure(Baselines.ByPopularity(_task))));
            if (_task.ItemMeans is { } means)
                rows.Add(Timed(Baselines.ItemMean, () => Measure(new ItemRanker(means))));
            rows.Add(Timed(Baselines.Oracle, () => Measure(visit => Baselines.VisitOracle(_task, _depth, visit))));
        }
        var keys = rows[0].Values.PerUser.Keys.ToArray();
        var estimates = Bootstrap.Means(
            [.. rows.SelectMany(row => keys.Select(key => row.Values.PerUser[key]))],
            _options.BootstrapSamples,
            _options.Confidence,
            _options.Seed!.Value,
            _options.Threads,
            _cancellationToken);
        return new TopKReport(
            [.. rows.Select((row, r) => MakeRow(row.Name, row.Elapsed, row.Values, keys, estimates.AsSpan(r * keys.Length, keys.Length)))],
            [.. _task.Cases.Select(one => one.Id)],
            _task.Counts with { NonFiniteScores = model.NonFiniteScores },
            protocol,
            _options);
    }

    private RankingValues Measure(Ranker ranker) =>
        Measure(visit => CaseRanking.VisitAll(_task, ranker, _depth, _options.Threads, _cancellationToken, visit));

    private RankingValues Measure(Action<RankedCaseVisitor> visitAll)
    {
        var values = new RankingValues(_task.Cases.Count, _options.K);
        var timesRecommended = _options.K.ToDictionary(k => k, _ => new int[_task.ItemCount]);
        visitAll((in RankedCase ranked) =>
        {
            var one = _task.Cases[ranked.Case];
            foreach (var k in _options.K)
            {
                foreach (var metric in RankingMetrics.PerUser)
                    values.PerUser[(metric.Kind, k)][ranked.Case] = metric.Of(ranked.HitRanks, one.RelevantCount, k);
                var list = ranked.Slots[..Math.Min(k, ranked.Slots.Length)];
                var bits = 0.0;
                foreach (var slot in list)
                {
                    bits += _information[one.ItemAt(slot)];
                    // Sums of integers: the same whatever thread comes first.
                    Interlocked.Increment(ref timesRecommended[k][one.ItemAt(slot)]);
                }
                values.PerUser[(TopKMetric.Novelty, k)][ranked.Case] = list.IsEmpty ? 0 : bits / list.Length;
            }
        });
        foreach (var k in _options.K)
        {
            values.OfRun[(TopKMetric.Coverage, k)] = ItemCoverage.Of(timesRecommended[k]);
            values.OfRun[(TopKMetric.Gini, k)] = GiniIndex.Of(timesRecommended[k]);
        }
        return values;
    }

    private static (string Name, TimeSpan Elapsed, RankingValues Values) Timed(string name, Func<RankingValues> measure)
    {
        var clock = Stopwatch.StartNew();
        var values = measure();
        return (name, clock.Elapsed, values);
    }

    private static TopKRow MakeRow(
        string name, TimeSpan elapsed, RankingValues values, (TopKMetric Metric, int K)[] keys, ReadOnlySpan<MetricEstimate> estimates)
    {
        var byKey = new Dictionary<(TopKMetric, int), MetricEstimate>();
        for (var i = 0; i < keys.Length; i++)
            byKey[keys[i]] = estimates[i];
        foreach (var (key, value) in values.OfRun)
            byKey[key] = new MetricEstimate(value, double.NaN, double.NaN);
        return new TopKRow(name, elapsed, byKey, values.PerUser);
    }

    private static float[] ScoreRows(ITransformer model, IDataView rows, int count)
    {
        var scored = model.Transform(rows);
        var column = SchemaColumns.Require(scored.Schema, ColumnNames.Score, StageNames.EvaluateTopK, ColumnKinds.Single);
        var scores = new List<float>(count);
        using var cursor = scored.GetRowCursor([column]);
        var getter = cursor.GetGetter<float>(column);
        var score = 0f;
        while (cursor.MoveNext())
        {
            getter(ref score);
            scores.Add(score);
        }
        return scores.Count == count ? [.. scores] : throw new InvalidOperationException(
            $"The model gave {scores.Count} rows for {count} test rows. A ranking model must keep every row; remove filters from its " +
            "pipeline.");
    }
}
