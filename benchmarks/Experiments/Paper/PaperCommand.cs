using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>Reruns the study of the paper on one data set and writes a page with its tables and figures.</summary>
internal static class PaperCommand
{
    private const string Tuned = "tuned";

    private static readonly string[] s_parts = ["accuracy", "training", "latency"];

    public static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Description = "Data whose items have texts: a name under HYBRIDREC_DATA, or a folder.",
            Required = true
        };
        var seeds = NumberOption.Create("--seeds", "Seeds 1 to N of splits and training.", 3);
        var epochs = NumberOption.Create("--epochs", "The most epochs of the graph, the same in every row.", 12);
        var output = new Option<DirectoryInfo>("--out")
        {
            Description = "Folder of the page and its figures.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("docs", "experiments"))
        };
        var cache = new Option<DirectoryInfo>("--cache")
        {
            Description = "Folder of results, by a hash of their configuration.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Home(), ".cache", "hybridrec", "paper"))
        };
        var parts = new Option<string[]>("--parts")
        {
            Description = "Which sections: accuracy (always there), training, latency.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => s_parts
        };
        var redo = new Option<string[]>("--redo")
        {
            Description = "Sections that are computed anew though their results are there, as when the machine was busy.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => []
        };
        var users = NumberOption.Optional("--users", "The most users of the test who are ranked for, drawn by the seed; by default all. " +
            "An MLP over many items takes hours for all of them.");
        var encoder = new Option<DirectoryInfo>("--encoder")
        {
            Description = "Folder of the BERT that the LoRA row tunes; without it there is no such row."
        };
        var encoderSeeds = NumberOption.Optional("--encoder-seeds", "Seeds 1 to N of the LoRA row, by default all; tuning is dear.");
        parts.AcceptOnlyFromAmong(s_parts);
        redo.AcceptOnlyFromAmong([.. s_parts, Tuned]);
        encoder.AcceptExistingOnly();

        var command = new Command(
            "paper", "The paper's tables and figures on one data set: accuracy, training time, latency, trade-offs. Resumable.")
        {
            data, seeds, epochs, users, encoder, encoderSeeds, output, cache, parts, redo
        };
        command.SetAction(parsed => Run(
            new PaperSettings(parsed.GetValue(data)!, parsed.GetValue(epochs))
            {
                Users = parsed.GetValue(users),
                Encoder = parsed.GetValue(encoder)?.FullName
            },
            parsed.GetValue(seeds), parsed.GetValue(encoderSeeds), parsed.GetValue(output)!, parsed.GetValue(cache)!,
            parsed.GetValue(parts)!, parsed.GetValue(redo)!));
        return command;
    }

    /// <summary>One part, in a process that the study starts.</summary>
    public static Command CreatePart()
    {
        var settings = new Option<string>("--settings") { Required = true };
        var part = new Option<string>("--part") { Required = true };
        var file = new Option<string>("--file") { Required = true };
        var command = new Command("paper-part", "A part of 'paper', which starts it.") { settings, part, file };
        command.Hidden = true;
        command.SetAction(parsed => PartCache.Compute(
            JsonSerializer.Deserialize<PaperSettings>(parsed.GetValue(settings)!)!,
            JsonSerializer.Deserialize<PaperPart>(parsed.GetValue(part)!)!, parsed.GetValue(file)!));
        return command;
    }

    private static int Run(
        PaperSettings settings, int seeds, int? encoderSeeds, DirectoryInfo output, DirectoryInfo cache, string[] parts, string[] redo)
    {
        _ = ExperimentDataSets.Folder(settings.Data); // a wrong name is known at once
        var results = new PartCache(cache.FullName, settings);
        List<Cached<AccuracyResult>> accuracy = [];
        List<Cached<TunedResult>> tuned = [];
        List<Cached<TrainingResult>> training = [];
        Cached<LatencyPartResult>? latency = null;
        int tunedSeeds = settings.Encoder is null ? 0 : Math.Min(encoderSeeds ?? seeds, seeds);
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn())
            .Start(context =>
            {
                ProgressTask all = context.AddTask(settings.Data, maxValue: seeds + tunedSeeds + TrainingPart.Configurations.Length + 1);
                for (int seed = 1; seed <= seeds; seed++)
                    accuracy.Add(Step<AccuracyResult>(new PaperPart("accuracy", seed)));
                for (int seed = 1; seed <= tunedSeeds; seed++)
                    tuned.Add(Step<TunedResult>(new PaperPart(Tuned, seed)));
                foreach (string configuration in parts.Contains("training") ? TrainingPart.Configurations : [])
                    training.Add(Step<TrainingResult>(new PaperPart("training", 1, configuration)));
                if (parts.Contains("latency"))
                    latency = Step<LatencyPartResult>(new PaperPart("latency", 1));
                all.Value = all.MaxValue;

                Cached<T> Step<T>(PaperPart part)
                {
                    all.Description = Markup.Escape($"{settings.Data}: {part}");
                    Cached<T> result = results.Get<T>(
                        part, line => all.Description = Markup.Escape($"{settings.Data}: {part}: {line.Split(':')[0]}"),
                        redo.Contains(part.Kind));
                    all.Increment(1);
                    return result;
                }
            });

        var study = new PaperStudy(settings, accuracy, tuned, training, latency);
        output.Create();
        PaperFigures.Write(study, output.FullName);
        string page = Path.Combine(output.FullName, study.Data + ".md");
        File.WriteAllText(page, PaperPage.Write(study, seeds));
        Console.WriteLine(page);
        IReadOnlyList<string> faults = study.Faults();
        foreach (string fault in faults)
            Console.Error.WriteLine(fault);
        return faults.Count == 0 ? 0 : 1;
    }

    private static string Home() => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
}
