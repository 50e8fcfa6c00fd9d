using System.CommandLine;
using System.Diagnostics;
using HybridRec.MLNet.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// Fits a model on the earlier training rows, folds the later ones in, and judges it beside the model as it was and one fitted
/// on all, on the same test rows.
/// </summary>
internal static class UpdateCommand
{
    private const int Depth = 20;

    public static Command Create()
    {
        string[] names =
        [
            "gnn", "lightgcn-cosine", "lightgcn", "simgcl", "xsimgcl", "directau", "simplex", "alpharec", "hybrid", "hybrid-cold"
        ];
        var model = new Option<string>("--model") { Description = $"One of {string.Join(", ", names)}.", DefaultValueFactory = _ => "gnn" };
        model.AcceptOnlyFromAmong(names);
        var data = new Option<string>("--data")
        {
            Description = "A folder of data, or its name under HYBRIDREC_DATA.",
            DefaultValueFactory = _ => "ml-1m"
        };
        var split =
            new Option<string?>("--split") { Description = "random, time, last, cold, or given; by default the data set's usual one." };
        var later = new Option<double>("--later")
        {
            Description =
                "Share of the training rows that are folded in: the latest ones, or where rows have no time a random share of each user's.",
            DefaultValueFactory = _ => 0.1
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "Rounds of neighbors that the updater recomputes.",
            DefaultValueFactory = _ => 0
        };
        var epochs = new Option<int?>("--epochs")
        {
            Description = "Exactly so many epochs of the graph; by default early stopping on an inner holdout."
        };
        var seed = new Option<int>("--seed") { Description = "Seed of the split and of training.", DefaultValueFactory = _ => 1 };
        var timesOnly = new Option<bool>("--times-only")
        {
            Description = "Neither fits again nor judges; with --epochs 0 the times of a graph of any size."
        };
        var json = new Option<FileInfo?>("--json") { Description = "File to append one JSON object to." };
        var command = new Command("update", "What folding in later interactions is worth, beside a full refit.")
        {
            model, data, split, later, rounds, epochs, seed, timesOnly, json
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(model)!,
            parsed.GetValue(data)!,
            parsed.GetValue(split),
            parsed.GetValue(later),
            parsed.GetValue(rounds),
            parsed.GetValue(epochs),
            parsed.GetValue(seed),
            parsed.GetValue(timesOnly),
            parsed.GetValue(json)));
        return command;
    }

    private static void Run(
        string model, string dataName, string? splitName, double laterShare, int rounds, int? epochs, int seed, bool timesOnly,
        FileInfo? json)
    {
        var ml = new MLContext(seed);
        var data = ExperimentDataSets.Open(ml, dataName, splitName, seed);
        var all = data.Split.TrainSet;
        var parts = all.Schema.GetColumnOrNull("Timestamp") is null
            ? ml.Hybrid.Data.RandomSplit(all, testFraction: laterShare, seed: seed)
            : ml.Hybrid.Data.TemporalSplit(all, testFraction: laterShare);
        IEstimator<ITransformer> Pipeline() => ExperimentModels.Build(ml, model, data, epochs, seed, new EpochTimes(), updatable: true);

        var (stale, fitSeconds) = Timed(() => Pipeline().Fit(parts.TrainSet));
        var (updated, updateSeconds) = Timed(() => ml.Hybrid.Update(stale, parts.TestSet));
        var (updater, updaterSeconds) = Timed(() => ml.Hybrid.CreateUpdater(stale, all.Schema, rounds));
        double[] adds = [.. Positives(parts.TestSet, data.RelevanceThreshold)
            .Select(pair => Timed(() => updater.Add(pair.User, pair.Item)).Seconds * 1000).Order()];
        double[] answers = [.. Positives(parts.TestSet, data.RelevanceThreshold).Take(500)
            .Select(pair => Timed(() => updater.Recommend(pair.User, Depth)).Seconds * 1000).Order()];
        var (folded, toModelSeconds) = Timed(updater.ToModel);

        Console.WriteLine($"{model} on {data.Name}, {data.Split.Protocol}; later rows by {parts.Protocol}; seed {seed}");
        Console.WriteLine($"{adds.Length} later positives; {updater.UserCount} users and {updater.ItemCount} items afterwards");
        var row = new Dictionary<string, object?>
        {
            ["data"] = data.Name,
            ["split"] = data.Split.Protocol,
            ["later"] = parts.Protocol,
            ["model"] = model,
            ["seed"] = seed,
            ["rounds"] = rounds,
            ["laterPositives"] = adds.Length,
        };
        (row["add.p50"], row["add.p99"], row["recommend.p50"], row["recommend.p99"]) = (
            At(adds, 0.5), At(adds, 0.99), At(answers, 0.5), At(answers, 0.99));
        Console.WriteLine($"a new interaction: p50 {row["add.p50"]:F3} ms, p99 {row["add.p99"]:F3} ms; a list of {Depth}: p50 " +
            $"{row["recommend.p50"]:F3} ms, p99 {row["recommend.p99"]:F3} ms");
        Console.WriteLine(
            $"update of all at once {updateSeconds:F2} s; updater made in {updaterSeconds:F2} s, its model in {toModelSeconds:F2} s");
        if (!timesOnly)
        {
            var (refit, refitSeconds) = Timed(() => Pipeline().Fit(all));
            Compare(ml, data, seed, refit, [
                ("stale", stale, fitSeconds), ("updated", updated, updateSeconds), ("updater", folded, updaterSeconds + toModelSeconds),
                ("refit", refit, refitSeconds)], row);
        }

        JsonLines.Append(json, row);
    }

    private static void Compare(
        MLContext ml, ExperimentData data, int seed, ITransformer refit, (string Name, ITransformer Model, double Seconds)[] models,
        Dictionary<string, object?> row)
    {
        Console.WriteLine("| model | NDCG@10 | R@20 | overlap@20 with the refit | seconds |");
        Console.WriteLine("|---|---|---|---|---|");
        var options = new TopKOptions { RelevanceThreshold = data.RelevanceThreshold, Items = data.Items, Seed = seed, Baselines = false };
        var reference = Lists(ml, refit, data);
        foreach (var (name, model, seconds) in models)
        {
            var report = ml.Hybrid.EvaluateTopK(model, data.Split, options);
            double ndcg = report[TopKMetric.Ndcg, 10].Value, recall = report[TopKMetric.Recall, 20].Value,
                overlap = Overlap(Lists(ml, model, data), reference);
            Console.WriteLine($"| {name} | {ndcg:F4} | {recall:F4} | {overlap:F3} | {seconds:F2} |");
            (row[$"{name}.ndcg@10"], row[$"{name}.recall@20"], row[$"{name}.overlap@20"], row[$"{name}.seconds"]) = (
                ndcg, recall, overlap, seconds);
        }
    }

    private static (T Value, double Seconds) Timed<T>(Func<T> work)
    {
        long start = Stopwatch.GetTimestamp();
        T value = work();
        return (value, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static double At(double[] ascending, double share) =>
        ascending.Length == 0 ? double.NaN : ascending[(int)(share * (ascending.Length - 1))];

    private static IEnumerable<(string User, string Item)> Positives(IDataView rows, float? threshold)
    {
        EntityIndex users = EntityIndex.Read(rows, "User", out int[] userCodes),
            items = EntityIndex.Read(rows, "Item", out int[] itemCodes);
        float[]? labels = rows.Schema.GetColumnOrNull("Label") is null ? null : [.. rows.GetColumn<float>("Label")];
        for (int r = 0; r < userCodes.Length; r++)
        {
            bool positive = labels is null || (threshold is { } least ? labels[r] >= least : labels[r] > 0);
            if (positive && userCodes[r] >= 0 && itemCodes[r] >= 0)
                yield return (users.IdOf(userCodes[r]), items.IdOf(itemCodes[r]));
        }
    }

    // The lists of the test's users, by a model that knows what they had.
    private static List<HashSet<string>> Lists(MLContext ml, ITransformer model, ExperimentData data)
    {
        using var recommender = ml.Hybrid.CreateRecommender(model, data.Split.TrainSet);
        EntityIndex users = EntityIndex.Read(data.Split.TestSet, "User", out _);
        return [.. Enumerable.Range(0, users.Count).Select(users.IdOf).Where(recommender.Knows)
            .Select(user => recommender.Recommend(user, Depth).Select(r => r.Item).ToHashSet())];
    }

    private static double Overlap(List<HashSet<string>> left, List<HashSet<string>> right) =>
        left.Zip(right, (a, b) => a.Count(b.Contains) / (double)Math.Max(1, b.Count)).DefaultIfEmpty(double.NaN).Average();
}
