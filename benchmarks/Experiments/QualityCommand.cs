using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML;
using Spectre.Console;

namespace HybridRec.MLNet.Experiments;

/// <summary>Trains one model on one split of one data set and judges it by full ranking.</summary>
internal static class QualityCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model")
        {
            Description = $"One of {string.Join(", ", ExperimentModels.Names)}.",
            DefaultValueFactory = _ => "best"
        };
        model.AcceptOnlyFromAmong(ExperimentModels.Names);
        var data = new Option<string>("--data")
        {
            Description = "A folder of data, or its name under HYBRIDREC_DATA.",
            DefaultValueFactory = _ => "gowalla"
        };
        var split =
            new Option<string?>("--split") { Description = "random, time, last, cold, or given; by default the data set's usual one." };
        var epochs = new Option<int?>("--epochs")
        {
            Description = "Exactly so many epochs of the graph, on all training rows; by default early stopping on an inner holdout."
        };
        var seed = new Option<int>("--seed") { Description = "Seed of the split and of training.", DefaultValueFactory = _ => 1 };
        var against = new Option<string?>("--against") { Description = "A second model to fit, and the paired differences to it." };
        against.AcceptOnlyFromAmong(ExperimentModels.Names);
        var encoder = ExperimentEncoders.Option("--encoder");
        var againstEncoder = ExperimentEncoders.Option("--against-encoder");
        againstEncoder.DefaultValueFactory = null;
        againstEncoder.Description = "A second encoder to fit the model with, and the paired differences to it.";
        var precision = new Option<EmbeddingPrecision>("--precision")
        {
            Description = "Single, BFloat16 or Int8: the numbers that the graph's propagations gather; Int8 after training only, on the " +
                "backend that HYBRIDREC_BACKEND names.",
            DefaultValueFactory = _ => EmbeddingPrecision.Single
        };
        var checkpoint = new Option<FileInfo?>("--checkpoint")
        {
            Description = "File that the graph's training writes every few epochs, and continues from where it is there: a long run may " +
                "be stopped and called again."
        };
        var positive = new Option<float?>("--positive")
        {
            Description = "Stars from which a row counts, in training and in the test; 0: every row. By default the data set's usual ones."
        };
        var candidates = new Option<CandidateSet>("--candidates")
        {
            Description = "AllItems, NewItems (those that no training row has) or RatedHoldout.",
            DefaultValueFactory = _ => CandidateSet.AllItems
        };
        var json = new Option<FileInfo?>("--json") { Description = "File to append one JSON object to." };
        var command = new Command("quality", "Recall, NDCG and precision of a model on public data.")
        {
            model, data, split, epochs, seed, against, encoder, againstEncoder, precision, checkpoint, positive, candidates, json
        };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetResult(checkpoint) is not null
                && (parsed.GetResult(against) is not null || parsed.GetResult(againstEncoder) is not null))
                parsed.AddError(
                    "--checkpoint is the file of one training: give it without --against and --against-encoder, which fit two.");
        });
        command.SetAction(parsed =>
        {
            int with = parsed.GetValue(seed);
            var ml = new MLContext(with);
            ml.Log += (_, e) =>
            {
                if (e.Message.Contains("NDCG@20", StringComparison.Ordinal))
                    Console.WriteLine(e.RawMessage); // what closed forms choose, and by what
            };
            var opened = ExperimentDataSets.Open(ml, parsed.GetValue(data)!, parsed.GetValue(split), with);
            if (parsed.GetValue(positive) is { } least)
                opened = opened with { RelevanceThreshold = least };
            TopKReport Judged(string name, string encoderName) =>
                Judge(
                    ml, name, opened, parsed.GetValue(epochs), with, parsed.GetValue(precision), encoderName, parsed.GetValue(checkpoint),
                    parsed.GetValue(candidates), parsed.GetValue(json));
            (string first, string firstEncoder) = (parsed.GetValue(model)!, parsed.GetValue(encoder)!);
            TopKReport report = Judged(first, firstEncoder);
            if (parsed.GetValue(against) is { } other)
                Compare(report, Judged(other, firstEncoder), first, other);
            if (parsed.GetValue(againstEncoder) is { } otherEncoder)
                Compare(report, Judged(first, otherEncoder), $"{first} by {firstEncoder}", $"by {otherEncoder}");
        });
        return command;
    }

    private static void Compare(TopKReport report, TopKReport other, string name, string otherName)
    {
        foreach ((TopKMetric metric, int k) in ((TopKMetric, int)[])[(TopKMetric.Ndcg, 10), (TopKMetric.Recall, 20), (TopKMetric.Ndcg, 20)])
        {
            MetricDifference difference = report.CompareTo(other, metric, k);
            AnsiConsole.MarkupInterpolated(
                $"{name} minus {otherName}, {metric}@{k}: {difference.Difference:+0.0000;-0.0000} [[{difference.Lower:+0.0000;-0.0000}, ");
            AnsiConsole.MarkupLineInterpolated($"{difference.Upper:+0.0000;-0.0000}]] over {difference.Users} users");
        }
    }

    private static TopKReport Judge(
        MLContext ml, string asked, ExperimentData data, int? epochs, int seed, EmbeddingPrecision precision, string encoderName,
        FileInfo? checkpoint, CandidateSet candidates, FileInfo? json)
    {
        using TextEncoder? encoder = ExperimentEncoders.Open(encoderName);
        var choice = Stopwatch.StartNew();
        string model = BestModel.Choose(ml, asked, data, seed);
        double choosing = choice.Elapsed.TotalSeconds;
        var epochTimes = new EpochTimes();
        var clock = Stopwatch.StartNew();
        var fitted = ExperimentModels.Build(
            ml, model, data, epochs, seed, epochTimes, precision: precision, checkpoint: checkpoint,
            encoder: encoder).Fit(data.Split.TrainSet);
        double seconds = clock.Elapsed.TotalSeconds;
        var report = ml.Hybrid.EvaluateTopK(
            fitted, data.Split,
            new TopKOptions { RelevanceThreshold = data.RelevanceThreshold, Items = data.Items, Seed = seed, Candidates = candidates });
        using var process = Process.GetCurrentProcess();
        double peak = process.PeakWorkingSet64 / (double)(1 << 20);

        AnsiConsole.MarkupLineInterpolated($"[bold]{model}[/] on {data.Name}, seed {seed}, texts by {encoderName}");
        Console.WriteLine(report); // a wide table: the console must not fold it
        string epoch = double.IsNaN(epochTimes.SecondsPerEpoch) ? "" : $", {epochTimes.SecondsPerEpoch:F2} s an epoch of the graph";
        string chosen = model == asked ? "" : $", the choice before it {choosing:F1} s";
        AnsiConsole.MarkupLineInterpolated($"fit {seconds:F1} s{chosen}{epoch}, peak memory {peak:F0} MiB");
        JsonLines.Append(
            json, Flat(report, asked, model, data.Name, precision, encoderName, seed, seconds, choosing, epochTimes.SecondsPerEpoch, peak));
        return report;
    }

    // One flat object a line, the keys of the table that docs/quality.md is made of.
    private static Dictionary<string, object?> Flat(
        TopKReport report, string asked, string model, string data, EmbeddingPrecision precision, string encoder, int seed, double seconds,
        double secondsOfChoice, double secondsPerEpoch, double peakMemoryMiB)
    {
        var row = new Dictionary<string, object?>
        {
            ["data"] = data,
            ["split"] = report.Protocol,
            ["model"] = asked,
            ["chosen"] = model,
            ["precision"] = precision.ToString(),
            ["encoder"] = encoder,
            ["seed"] = seed,
            ["users"] = report.Counts.Users,
            ["items"] = report.Counts.Items,
            ["candidates"] = report.Candidates.ToString(),
        };
        foreach (int k in report.K)
            foreach (var metric in Enum.GetValues<TopKMetric>())
            {
                var value = report[metric, k];
                string key = $"{metric.ToString().ToLowerInvariant()}@{k}";
                row[key] = Finite(value.Value);
                if (metric == TopKMetric.Ndcg)
                    (row[key + ".lower"], row[key + ".upper"]) = (Finite(value.Lower), Finite(value.Upper));
            }
        row["seconds"] = seconds;
        row["secondsOfChoice"] = secondsOfChoice;
        row["secondsPerEpoch"] = Finite(secondsPerEpoch);
        row["peakMemoryMiB"] = peakMemoryMiB;
        return row;
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
