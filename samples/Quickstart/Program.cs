using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Quickstart;
using Spectre.Console;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var data = new Option<DirectoryInfo?>("--data")
{
    Description = "A MovieLens folder, or a folder in the LightGCN format with item texts. Without it: the embedded films."
};
var split = new Option<string>("--split")
{
    Description = "For MovieLens: random (20 % of each user) or time (the latest 10 %).",
    DefaultValueFactory = _ => "random"
};
split.AcceptOnlyFromAmong("random", "time");
var seed = new Option<int>("--seed") { Description = "First seed.", DefaultValueFactory = _ => 1 };
var seeds = new Option<int>("--seeds") { Description = "How many seeds to train with.", DefaultValueFactory = _ => 1 };
var zip = new Argument<FileInfo>("model");
var rows = new Argument<FileInfo>("rows");
var score = new Command("score", "Loads a saved model and prints a score for each row; the quickstart calls it as its fresh process.")
{
    zip, rows
};
score.SetAction(parsed => SavedModel.PrintScores(parsed.GetValue(zip)!, parsed.GetValue(rows)!));
var root = new RootCommand("Trains, judges and uses a hybrid GNN + text recommender through plain ML.NET.")
{
    data, split, seed, seeds, score
};
root.SetAction(parsed => Run(parsed.GetValue(data), parsed.GetValue(split)!, parsed.GetValue(seed), parsed.GetValue(seeds)));
try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is IOException or ArgumentException or FormatException or InvalidDataException)
{
    // What a user can mend is a message, not a stack trace.
    Console.Error.WriteLine(e.Message);
    return 1;
}

static void Run(DirectoryInfo? folder, string split, int firstSeed, int seeds)
{
    var clock = Stopwatch.StartNew();
    var runs = new List<Trained[]>();
    for (int seed = firstSeed; seed < firstSeed + seeds; seed++)
    {
        var ml = new MLContext(seed);
        var data = DataSources.Load(ml, folder, split, seed);
        AnsiConsole.Write(new Rule($"[bold]HybridRec.MLNet quickstart: {Markup.Escape(data.Name)}, seed {seed}[/]").LeftJustified());
        AnsiConsole.MarkupLineInterpolated($"{data.Facts}. Split: {data.Split.Protocol}.");
        AnsiConsole.WriteLine();

        var trained = Comparison.Run(ml, data, seed);
        runs.Add(trained);
        Comparison.PrintHybrid(trained);
        Comparison.Print(trained);
        Comparison.PrintNewItems(trained);
        if (seed > firstSeed)
            continue;
        var hybrid = trained.Single(one => one.Name == Pipelines.Hybrid).Model;
        Recommendations.Print(ml, hybrid, data);
        SavedModel.SaveAndCompare(ml, hybrid, data.Split.TestSet);
    }
    if (seeds > 1)
        Comparison.PrintSeeds(runs);
    using var process = Process.GetCurrentProcess();
    AnsiConsole.MarkupInterpolated(
        $"Done in {clock.Elapsed.TotalSeconds:F0} s, peak memory {process.PeakWorkingSet64 / (1 << 20):N0} MiB, ");
    AnsiConsole.MarkupLineInterpolated($"{Environment.ProcessorCount} cores.");
}
