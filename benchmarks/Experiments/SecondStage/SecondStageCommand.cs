using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace HybridRec.MLNet.Experiments.SecondStage;

/// <summary>A second stage by ML.NET's rankers over the candidates of a recommender, beside the first stage alone.</summary>
internal static class SecondStageCommand
{
    private const int Shown = 10;

    public static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Description = "A folder of data with times, or its name under HYBRIDREC_DATA.",
            DefaultValueFactory = _ => "ml-1m"
        };
        var model = new Option<string>("--model") { Description = "The first stage.", DefaultValueFactory = _ => "default" };
        model.AcceptOnlyFromAmong(ExperimentModels.Names);
        var candidates = new Option<int>("--candidates") { Description = "Candidates of a user.", DefaultValueFactory = _ => 100 };
        var windows = new Option<int>("--windows")
        {
            Description = "Windows of a tenth of the rows, before the test, that the second stage learns from; each has a first stage of " +
                "its own.",
            DefaultValueFactory = _ => 1
        };
        var seed = new Option<int>("--seed") { Description = "Seed of training.", DefaultValueFactory = _ => 1 };
        var latency = new Option<int>("--latency") { Description = "Requests to time; 0: none.", DefaultValueFactory = _ => 0 };
        var json = new Option<FileInfo?>("--json") { Description = "File to append one JSON object a ranking to." };
        var command = new Command("second-stage", "FastTree and LightGbm over a recommender's candidates and the context, by time.")
        {
            data, model, candidates, windows, seed, latency, json
        };
        command.SetAction(parsed =>
        {
            int with = parsed.GetValue(seed), count = parsed.GetValue(candidates);
            var ml = new MLContext(with);
            ExperimentData opened = SecondStageStudy.Open(ml, parsed.GetValue(data)!, with);
            var study = new SecondStageStudy(ml, opened, parsed.GetValue(model)!, count, with);
            IReadOnlyList<StageResult> results = study.Run(parsed.GetValue(windows));
            using Recommender recommender = study.Recommender!;
            Console.WriteLine($"{parsed.GetValue(model)} on {opened.Name}, {opened.Split.Protocol}, seed {with}: " +
                FormattableString.Invariant($"{results[0].Test.Counts.Users} users; first stage {study.FirstStageCpuSeconds:F1} CPU s"));
            Print(results);
            foreach (string trainer in StageTrainer.Names)
                Console.WriteLine($"{trainer} splits by: {string.Join(", ", Weights(study.Fitted[trainer]).Take(Shown))}");
            foreach (StageResult result in results)
                JsonLines.Append(parsed.GetValue(json), Flat(result, results[0], study, opened, parsed.GetValue(model)!, with));
            if (parsed.GetValue(latency) is > 0 and var requests)
            {
                foreach (string trainer in StageTrainer.Names)
                {
                    foreach (var (part, times) in SecondStageLatency.Measure(ml, study, trainer, count, requests))
                        Console.WriteLine(FormattableString.Invariant(
                            $"{trainer}, {part}: p50 {times[times.Length / 2]:F3} ms, p99 {times[times.Length * 99 / 100]:F3} ms"));
                }
            }
        });
        return command;
    }

    private static void Print(IReadOnlyList<StageResult> results)
    {
        Console.WriteLine(
            "| ranking | settings | window, NDCG@10 | difference | test, NDCG@10 | difference | NDCG@20 | difference | CPU s |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        StageResult first = results[0];
        foreach (StageResult one in results)
        {
            Console.WriteLine($"| {one.Name} | {one.Settings} | {Value(one.Window, 10)} | {Difference(one.Window, first.Window, 10)} | " +
                $"{Value(one.Test, 10)} | {Difference(one.Test, first.Test, 10)} | " +
                $"{Value(one.Test, 20)} | {Difference(one.Test, first.Test, 20)} | {one.CpuSeconds:F1} |");
        }
    }

    private static string Value(TopKReport report, int k) => FormattableString.Invariant($"{report[TopKMetric.Ndcg, k].Value:F4}");

    private static string Difference(TopKReport report, TopKReport first, int k)
    {
        if (ReferenceEquals(report, first))
            return "";
        MetricDifference difference = report.CompareTo(first, TopKMetric.Ndcg, k);
        return FormattableString.Invariant(
            $"{difference.Difference:+0.0000;-0.0000} [{difference.Lower:+0.0000;-0.0000}, {difference.Upper:+0.0000;-0.0000}]");
    }

    // The features by the gain of the splits on them, as a share of the greatest.
    private static IEnumerable<string> Weights(ITransformer stage)
    {
        VBuffer<float> weights = default;
        ((TreeEnsembleModelParameters)((ISingleFeaturePredictionTransformer<object>)stage).Model).GetFeatureWeights(ref weights);
        return weights.DenseValues().Select((weight, i) => (weight, StageHistory.FeatureNames[i])).OrderByDescending(one => one.weight)
            .Where(one => one.weight > 0).Select(one => FormattableString.Invariant($"{one.Item2} {one.weight:F2}"));
    }

    private static Dictionary<string, object?> Flat(
        StageResult result, StageResult first, SecondStageStudy study, ExperimentData data, string model, int seed)
    {
        var row = new Dictionary<string, object?>
        {
            ["data"] = data.Name,
            ["split"] = data.Split.Protocol,
            ["model"] = model,
            ["seed"] = seed,
            ["ranking"] = result.Name,
            ["settings"] = result.Settings,
            ["users"] = result.Test.Counts.Users,
            ["firstStageCpuSeconds"] = study.FirstStageCpuSeconds,
            ["cpuSeconds"] = result.CpuSeconds,
        };
        foreach (int k in result.Test.K)
        {
            row[$"ndcg@{k}"] = result.Test[TopKMetric.Ndcg, k].Value;
            row[$"window.ndcg@{k}"] = result.Window[TopKMetric.Ndcg, k].Value;
            MetricDifference difference = result.Test.CompareTo(first.Test, TopKMetric.Ndcg, k);
            (row[$"difference@{k}"], row[$"difference@{k}.lower"], row[$"difference@{k}.upper"]) = (
                difference.Difference, difference.Lower, difference.Upper);
        }

        return row;
    }
}
