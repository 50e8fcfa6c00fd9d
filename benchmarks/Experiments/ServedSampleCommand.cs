using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// GraphSAGE or PinSage with the same trained parameters, served over all neighbors and over those that the backend samples
/// (<c>servedFanouts</c> of <see cref="GraphModel.GraphSage"/>): the time of computing all vectors, of folding in one new user, of a
/// request, and NDCG. Times are medians of runs in turn.
/// </summary>
internal static class ServedSampleCommand
{
    private const int Depth = 20, Requests = 2000;

    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "graphsage or pinsage.", DefaultValueFactory = _ => "graphsage" };
        model.AcceptOnlyFromAmong("graphsage", "pinsage");
        var data = new Option<string>("--data")
        {
            Description = "A folder of data, or its name under HYBRIDREC_DATA.",
            DefaultValueFactory = _ => "ml-1m-colakg-split"
        };
        var fanouts = new Option<int[]>("--fanouts")
        {
            Description = "Neighbors sampled at each hop, as many as layers (2).",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [15, 10]
        };
        var epochs = NumberOption.Create("--epochs", "Epochs of the graph.", 3);
        var newcomer = NumberOption.Create("--user", "Interactions of the new user.", 200);
        var repetitions = NumberOption.Create("--repetitions", "Measurements of each kind.", 11);
        var seed = new Option<int>("--seed") { Description = "Seed of training and of the samples.", DefaultValueFactory = _ => 1 };
        var json = new Option<FileInfo?>("--json") { Description = "File to append one JSON object a line to." };

        var command = new Command("served-sample", "What serving GraphSAGE or PinSage from sampled neighbors saves and costs.")
        {
            model, data, fanouts, epochs, newcomer, repetitions, seed, json
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(model)!, parsed.GetValue(data)!, parsed.GetValue(fanouts)!, parsed.GetValue(epochs), parsed.GetValue(newcomer),
            parsed.GetValue(repetitions), parsed.GetValue(seed), parsed.GetValue(json)));
        return command;
    }

    private static void Run(
        string model, string dataName, int[] fanouts, int epochs, int newcomer, int repetitions, int seed, FileInfo? json)
    {
        var ml = new MLContext(seed);
        ExperimentData data = ExperimentDataSets.Open(ml, dataName, null, seed);
        IDataView train = data.Split.TrainSet;
        IDataView later = NewUser(ml, train, newcomer);
        // Training does not read ServedFanouts: both have the same parameters.
        (string Served, ITransformer Model)[] models = [.. ((int[]?[])[null, fanouts]).Select(served => (
            served is null ? "all neighbors" : string.Join(" and ", served) + " sampled",
            (ITransformer)ExperimentModels.Build(ml, model, data, epochs, seed, new EpochTimes(), updatable: true, servedFanouts: served)
                .Fit(train)))];
        double[] propagations = Medians(m => ml.Hybrid.Propagate(m, AggregationBackend.Cpu));
        double[] foldIns = Medians(m => ml.Hybrid.Update(m, later));

        Table table = new Table().AddColumns(
            "served from", "all vectors, ms", $"one new user with {newcomer} interactions, ms", "request, ms", $"NDCG@{Depth}");
        for (int m = 0; m < models.Length; m++)
        {
            double request = Request(ml, models[m].Model, train);
            double ndcg = ml.Hybrid.EvaluateTopK(models[m].Model, data.Split, new TopKOptions
            {
                K = [Depth],
                RelevanceThreshold = data.RelevanceThreshold,
                Items = data.Items,
                Seed = seed,
                Baselines = false
            })[TopKMetric.Ndcg, Depth].Value;
            table.AddRow([
                models[m].Served,
                .. ((double[])[propagations[m], foldIns[m], request]).Select(value => value.ToString("G3", CultureInfo.InvariantCulture)),
                ndcg.ToString("F4", CultureInfo.InvariantCulture)]);
            JsonLines.Append(json, new
            {
                data = data.Name,
                model,
                seed,
                epochs,
                served = models[m].Served,
                propagation = propagations[m],
                foldIn = foldIns[m],
                request,
                ndcg20 = ndcg
            });
        }

        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 120);
        AnsiConsole.MarkupLineInterpolated(
            $"[bold]{model}[/] on {data.Name}, {epochs} epochs, seed {seed}, {Environment.ProcessorCount} cores");
        AnsiConsole.Write(table);

        double[] Medians(Action<ITransformer> work) =>
            [.. PropagateCommand.Interleave([.. models.Select(m => (Action)(() => work(m.Model)))], repetitions).Select(
                PropagateCommand.Median)];
    }

    private static double Request(MLContext ml, ITransformer model, IDataView train)
    {
        using Recommender recommender = ml.Hybrid.CreateRecommender(model, train, new RecommenderOptions { TextQueries = false });
        string[] users = [.. recommender.RecommendAll(1).Select(one => one.User).Take(Requests)];
        double[] times = new double[Requests];
        for (int pass = 0; pass < 2; pass++) // the first compiles
        {
            for (int i = 0; i < Requests; i++)
            {
                long start = Stopwatch.GetTimestamp();
                recommender.Recommend(users[i % users.Length], Depth);
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        return PropagateCommand.Median(times);
    }

    // Somebody who comes later and took the items of the first rows.
    private static IDataView NewUser(MLContext ml, IDataView train, int interactions)
    {
        if (train.Schema["User"].Type is TextDataViewType)
            throw new ArgumentException(
                "The ids of these data are texts; take ml-1m-colakg-split, ml-1m, ml-latest-small or gowalla, whose ids are numbers.");
        string[]? texts = train.Schema.GetColumnOrNull("ItemText") is null ? null : [.. train.GetColumn<string>("ItemText")];
        return ml.Data.LoadFromEnumerable(train.GetColumn<int>("Item")
            .Select((item, row) => new LaterRow { User = int.MaxValue, Item = item, Label = 5, ItemText = texts?[row] ?? "" })
            .DistinctBy(row => row.Item).Take(interactions));
    }

    private sealed class LaterRow
    {
        public int User { get; set; }

        public int Item { get; set; }

        public float Label { get; set; }

        public string ItemText { get; set; } = "";
    }
}
