using System.CommandLine;
using HybridRec.MLNet.Items;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// A hybrid ranker as the teacher of small ones: what the same student ranks with and without it, and how much faster it scores all items.
/// </summary>
internal static class DistillRankerCommand
{
    private const int UsersOfARun = 64, Runs = 15;

    public static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Description = "Data whose items have texts, or its name under HYBRIDREC_DATA.",
            DefaultValueFactory = _ => "ml-1m-colakg-split"
        };
        var split =
            new Option<string?>("--split") { Description = "random, time, last, cold, or given; by default the data set's usual one." };
        var seed = new Option<int>("--seed") { Description = "Seed of the split and of training.", DefaultValueFactory = _ => 1 };
        var epochs = new Option<int>("--epochs") { Description = "The most epochs of the graph.", DefaultValueFactory = _ => 50 };
        var temperature = new Option<float>("--temperature") { Description = "Of the soft labels.", DefaultValueFactory = _ => 1 };
        var share = new Option<float>("--share") { Description = "The soft labels' part of the loss.", DefaultValueFactory = _ => 0.5f };
        var json = new Option<FileInfo?>("--json") { Description = "File to append one JSON object a model to." };
        var command = new Command(
            "distill-ranker", "Students of a hybrid ranker: quality with and without the teacher, and throughput of scoring.")
        {
            data, split, seed, epochs, temperature, share, json
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(data)!, parsed.GetValue(split), parsed.GetValue(seed), parsed.GetValue(epochs), parsed.GetValue(temperature),
            parsed.GetValue(share), parsed.GetValue(json)));
        return command;
    }

    private static void Run(string dataName, string? splitName, int seed, int epochs, float temperature, float share, FileInfo? json)
    {
        var ml = new MLContext(seed);
        var data = ExperimentDataSets.Open(ml, dataName, splitName, seed);
        if (data.Items is null)
            throw new ArgumentException($"'{data.Name}' has no item texts; a hybrid needs them. Take ml-1m-colakg-split, ml-1m, " +
                "ml-latest-small or yelp-s3rec-text.");
        var progress = new EpochTimes();
        var train = data.Split.TrainSet;
        var stages = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", TextEncoder.Lexical(seed: 1)))
            .Append(ml.Hybrid.GnnEmbedding(ExperimentModels.Former with
            {
                PositiveThreshold = data.RelevanceThreshold,
                Training = GnnEmbeddingOptions.Defaults with { Epochs = epochs, Seed = seed, Progress = progress }
            }))
            .Append(ml.Hybrid.UserProfile(new UserProfileOptions { PositiveThreshold = data.RelevanceThreshold, Seed = seed }))
            .Append(ml.Hybrid.Fuse("Whole", "UserGraph", "UserMeaning", "ItemGraph", "ItemMeaning"))
            .Append(ml.Hybrid.Fuse("Graph", "UserGraph", "ItemGraph"))
            .Fit(train);
        var vectors = stages.Transform(train); // the vectors that training sees: those of held-out rows are of a fit without them
        var teaching = new RankingOptions
        {
            Head = RankingHead.Mlp([128, 64]),
            PositiveThreshold = data.RelevanceThreshold,
            Training = new() { Seed = seed, Progress = progress },
            FeatureColumnName = "Whole"
        };
        var teacher = ml.Hybrid.Ranking(teaching).Fit(vectors);

        (string Name, RankingOptions Options)[] students =
        [
            ("towers over all", teaching with { Head = RankingHead.TwoTower() }),
            ("one layer of 16 over the graph", teaching with { Head = RankingHead.Mlp([16]), FeatureColumnName = "Graph" }),
            ("towers over the graph", teaching with { Head = RankingHead.TwoTower(), FeatureColumnName = "Graph" }),
        ];
        var filter = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(ml.Hybrid.GraphFilter(new() { Filter = ClosedForm.Ease(ridge: 100), PositiveThreshold = data.RelevanceThreshold }))
                .Fit(train);
        List<Judged> models = [new("hybrid", Chain(teacher), null, 0, -1, -1), new("EASE", filter, null, 0, -1, -1)];
        foreach (var (name, options) in students)
        {
            int alone = models.Count;
            Add(name, options, -1, -1);
            Add(
                name + ", taught by hybrid",
                options with { Distillation = new RankingDistillation(teacher) { Temperature = temperature, SoftShare = share } }, alone,
                0);
            Add(
                name + ", taught by EASE",
                options with { Distillation = new RankingDistillation(filter, train) { Temperature = temperature, SoftShare = share } },
                alone, 1);
        }
        Judge(ml, data, models, new Setting(data.Name, seed, temperature, share), json);

        void Add(string name, RankingOptions options, int alone, int taughtBy)
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            var ranker = ml.Hybrid.Ranking(options).Fit(vectors);
            models.Add(new(name, Chain(ranker), ranker.Model, clock.Elapsed.TotalSeconds, alone, taughtBy));
        }

        TransformerChain<ITransformer> Chain(ITransformer ranker) => new(stages, ranker);
    }

    private static void Judge(MLContext ml, ExperimentData data, List<Judged> models, Setting setting, FileInfo? json)
    {
        var tables = EntityTables.Create(data.Split.TrainSet);
        IItemScorer[] scorers = [.. models.Select(m => ItemScorers.Create(ml, m.Model, tables))];
        int users = Math.Min(UsersOfARun, tables.UserCount);
        float[] scores = new float[tables.ItemCount];
        Action[] kinds = [.. scorers.Select(scorer => (Action)(() =>
        {
            for (int user = 0; user < users; user++)
                scorer.Score(user, scores);
        }))];
        double[] milliseconds = [.. PropagateCommand.Interleave(kinds, Runs, warmUps: 3).Select(PropagateCommand.Median)];

        var options =
            new TopKOptions { RelevanceThreshold = data.RelevanceThreshold, Items = data.Items, Seed = setting.Seed, Baselines = false };
        TopKReport[] reports = [.. models.Select(m => ml.Hybrid.EvaluateTopK(m.Model, data.Split, options))];
        Console.WriteLine($"{setting.Data}, {tables.UserCount} users, {tables.ItemCount} items, {reports[0].Counts.Users} judged; " +
            $"temperature {setting.Temperature}, share {setting.Share}");
        for (int i = 0; i < models.Count; i++)
        {
            var (name, _, head, seconds, alone, taughtBy) = models[i];
            MetricEstimate ndcg = reports[i][TopKMetric.Ndcg, 10];
            double rate = users * (double)tables.ItemCount / milliseconds[i] * 1000;
            MetricDifference? gain = alone < 0 ? null : reports[i].CompareTo(reports[alone], TopKMetric.Ndcg, 10);
            int teacher = Math.Max(0, taughtBy);
            var line = new Line(
                setting.Data, setting.Seed, name, head?.Head.ToString(), head?.BestEpoch, head?.ParameterCount, head?.StartNdcg,
                head?.ValidationNdcg, ndcg.Value, ndcg.Lower, ndcg.Upper, ndcg.Value / reports[teacher][TopKMetric.Ndcg, 10].Value,
                gain?.Difference, gain?.Lower, gain?.Upper, rate, milliseconds[teacher] / milliseconds[i], seconds, setting.Temperature,
                setting.Share);
            Console.WriteLine(line);
            JsonLines.Append(json, line);
        }
    }

    /// <summary>A model; of students the index of the same one without a teacher, and of its teacher.</summary>
    private sealed record Judged(string Name, ITransformer Model, HybridRankingModel? Head, double Seconds, int Alone, int TaughtBy);

    private sealed record Setting(string Data, int Seed, float Temperature, float Share);

    /// <summary>
    /// One line of the JSON file. Gain: NDCG@10 over the same student without a teacher, paired over users. Share and speed-up are over its
    /// teacher, over the hybrid where it has none.
    /// </summary>
    private sealed record Line(
        string Data, int Seed, string Model, string? Head, int? BestEpoch, int? Parameters, double? StartNdcg, double? ValidationNdcg,
        double Ndcg10, double Lower, double Upper, double ShareOfTeacher, double? Gain, double? GainLower, double? GainUpper,
        double PairsPerSecond, double Speedup, double Seconds, float Temperature, float SoftShare)
    {
        public override string ToString() => FormattableString.Invariant(
            $"{Model,-42} NDCG@10 {Ndcg10:F4} [{Lower:F4}, {Upper:F4}], {ShareOfTeacher:P1} of the teacher")
            + (Head is null ? "" : FormattableString.Invariant(
                $"; {Head} of epoch {BestEpoch}, {Parameters:N0} parameters, inner {StartNdcg:F4} to {ValidationNdcg:F4}"))
            + (Gain is null
                ? ""
                : FormattableString.Invariant($", gain {Gain:+0.0000;-0.0000} [{GainLower:+0.0000;-0.0000}, {GainUpper:+0.0000;-0.0000}]"))
            + FormattableString.Invariant($"; {PairsPerSecond:E2} pairs/s, {Speedup:F1}x; fit {Seconds:F1} s");
    }
}
