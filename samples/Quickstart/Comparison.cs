using System.Diagnostics;
using HybridRec.MLNet;
using Microsoft.ML;
using Spectre.Console;

namespace Quickstart;

/// <summary>
/// Trains the three pipelines on one split, judges them, and prints them side by side with what no model and a perfect model reach.
/// </summary>
internal static class Comparison
{
    public static Trained[] Run(MLContext ml, QuickstartData data, int seed) =>
        [.. Pipelines.Names.Select(name => Train(ml, data, name, seed))];

    private static Trained Train(MLContext ml, QuickstartData data, string name, int seed)
    {
        using var memory = new PeakMemory();
        var clock = Stopwatch.StartNew();
        string? mix = null, code = null;
        ml.Log += Listen;
        var model = TrainingBar.Fit(name, progress =>
        {
            var pipeline = Pipelines.Build(ml, name, data, seed, progress);
            code = (pipeline as DefaultPipeline)?.Describe();
            return pipeline.Fit(data.Split.TrainSet);
        });
        ml.Log -= Listen;
        var fitTime = clock.Elapsed;
        var options = new TopKOptions { RelevanceThreshold = data.RelevanceThreshold, Items = data.Items, Seed = seed };
        return new Trained(
            name, model, code, mix, fitTime, memory.MiB,
            ml.Hybrid.EvaluateTopK(model, data.Split, options),
            data.NewItemSplit is { } future ? ml.Hybrid.EvaluateTopK(model, future, options) : null);

        void Listen(object? sender, LoggingEventArgs told)
        {
            if (told.RawMessage.IndexOf("mix: ", StringComparison.Ordinal) is >= 0 and int start)
                mix = told.RawMessage[start..];
        }
    }

    /// <summary>The hybrid as C# to copy, and what its ranker gave to each part.</summary>
    public static void PrintHybrid(Trained[] trained)
    {
        var hybrid = trained.Single(one => one.Name == Pipelines.Hybrid);
        AnsiConsole.MarkupLine("[bold]The hybrid[/] is ml.Hybrid.DefaultPipeline(rows), which Describe() writes out:");
        // Plain lines: code to copy is neither wrapped nor read as markup.
        Console.WriteLine(hybrid.Code);
        Console.WriteLine();
        Console.WriteLine(hybrid.Mix);
        Console.WriteLine();
    }

    public static void Print(Trained[] trained)
    {
        var counts = trained[0].Quality.Counts;
        AnsiConsole.MarkupInterpolated(
            $"[bold]Full ranking[/] of {counts.Items:N0} items for {counts.Users:N0} users ({counts.RelevantPerUser:F1} relevant test ");
        AnsiConsole.MarkupInterpolated(
            $"items each; {counts.ColdUsers:N0} of the users are new); ± is half the 95 % bootstrap interval over users; MiB is the most ");
        AnsiConsole.MarkupLine("memory while training");
        var table = new Table().Border(TableBorder.Rounded).AddColumn("");
        foreach (string header in new[] { "P@10", "R@10", "NDCG@10", "R@20", "NDCG@20", "fit", "MiB" })
            table.AddColumn(new TableColumn(header).RightAligned());
        foreach (var row in trained[0].Quality.Rows.Where(row => row.Name is not ("Model" or "Oracle")))
            table.AddRow(Cells($"[grey]{row.Name}[/]", row, fit: "", memory: ""));
        foreach (var one in trained)
            table.AddRow(Cells(
                one.Name == Pipelines.Hybrid ? "[bold green]Hybrid[/]" : one.Name, one.Quality.Model, $"{one.FitTime.TotalSeconds:F0} s",
                $"{one.PeakMiB:N0}"));
        table.AddRow(Cells("[grey]Oracle[/]", trained[0].Quality["Oracle"], fit: "", memory: ""));
        AnsiConsole.Write(table);

        var hybrid = trained.Single(one => one.Name == Pipelines.Hybrid);
        foreach (var part in trained.Where(one => one != hybrid))
            AnsiConsole.MarkupLineInterpolated($"Hybrid - {part.Name}: {hybrid.Quality.CompareTo(part.Quality, TopKMetric.Ndcg, 10)}");
        AnsiConsole.WriteLine();
    }

    /// <summary>How the models rank items that nobody has rated yet, among all items.</summary>
    public static void PrintNewItems(Trained[] trained)
    {
        if (trained[0].NewItems is not { } first)
            return;
        AnsiConsole.MarkupInterpolated(
            $"[bold]New items[/]: {first.Counts.RelevantPerUser:F1} relevant ones each for {first.Counts.Users:N0} users, which training ");
        AnsiConsole.MarkupLineInterpolated($"has never seen, ranked among all {first.Counts.Items:N0} items");
        var table = new Table().Border(TableBorder.Rounded).AddColumn("");
        foreach (string header in new[] { "R@10", "R@20", "NDCG@20" })
            table.AddColumn(new TableColumn(header).RightAligned());
        foreach (var row in first.Rows.Where(row => row.Name is "Random" or "Popularity")
            .Concat(trained.Select(one => one.NewItems!.Model)))
        {
            string name = row.Name == "Model" ? trained.Single(one => one.NewItems!.Model == row).Name : $"[grey]{row.Name}[/]";
            table.AddRow(name, Text(row[TopKMetric.Recall, 10]), Text(row[TopKMetric.Recall, 20]), WithInterval(row[TopKMetric.Ndcg, 20]));
        }
        AnsiConsole.Write(table);
    }

    /// <summary>The same over several seeds: means and standard deviations, and the hybrid's smallest lead.</summary>
    public static void PrintSeeds(IReadOnlyList<Trained[]> runs)
    {
        AnsiConsole.Write(new Rule($"[bold]Means over {runs.Count} seeds, ± standard deviation[/]").LeftJustified());
        var table = new Table().Border(TableBorder.Rounded).AddColumn("");
        (TopKMetric Metric, int K)[] shown =
        [
            (TopKMetric.Precision, 10), (TopKMetric.Recall, 10), (TopKMetric.Ndcg, 10), (TopKMetric.Recall, 20), (TopKMetric.Ndcg, 20)
        ];
        foreach (string header in new[] { "P@10", "R@10", "NDCG@10", "R@20", "NDCG@20", "fit", "MiB" })
            table.AddColumn(new TableColumn(header).RightAligned());
        foreach (string name in Pipelines.Names)
        {
            var own = runs.Select(run => run.Single(one => one.Name == name)).ToArray();
            table.AddRow([name, .. shown.Select(x => MeanAndDeviation(
                [.. own.Select(one => one.Quality[x.Metric, x.K].Value)],
                x == (TopKMetric.Ndcg, 10))), $"{own.Average(one => one.FitTime.TotalSeconds):F0} s", $"{own[0].PeakMiB:N0}"]);
        }
        AnsiConsole.Write(table);
        foreach (string name in Pipelines.Names.Where(name => name != Pipelines.Hybrid))
        {
            var leads = runs.Select(run => run.Single(one => one.Name == Pipelines.Hybrid).Quality.CompareTo(
                run.Single(one => one.Name == name).Quality, TopKMetric.Ndcg, 10)).ToArray();
            AnsiConsole.MarkupInterpolated(
                $"Hybrid - {name}, NDCG@10: {leads.Average(lead => lead.Difference):+0.0000;-0.0000} on average; above 0 in ");
            AnsiConsole.MarkupInterpolated(
                $"{leads.Count(lead => lead.Difference > 0)} of {leads.Length} seeds, with an interval above 0 in ");
            AnsiConsole.MarkupLineInterpolated($"{leads.Count(lead => lead.Lower > 0)}");
        }
    }

    private static string MeanAndDeviation(double[] values, bool withDeviation)
    {
        double mean = values.Average();
        return withDeviation
            ? $"{mean:.0000} ± {Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1)):.0000}"
            : $"{mean:.0000}";
    }

    private static string[] Cells(string name, TopKRow row, string fit, string memory) =>
    [
        name, Text(row[TopKMetric.Precision, 10]), Text(row[TopKMetric.Recall, 10]), WithInterval(row[TopKMetric.Ndcg, 10]),
        Text(row[TopKMetric.Recall, 20]), Text(row[TopKMetric.Ndcg, 20]), fit, memory,
    ];

    private static string Text(MetricEstimate estimate) => estimate.Value.ToString(".0000");

    private static string WithInterval(MetricEstimate estimate) => double.IsNaN(estimate.Lower) || estimate.Upper == estimate.Lower
        ? Text(estimate)
        : $"{estimate.Value:.0000} ± {(estimate.Upper - estimate.Lower) / 2:.0000}";
}
