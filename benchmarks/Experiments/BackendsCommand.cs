using System.CommandLine;
using System.Diagnostics;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Spectre.Console;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// Fits a model once, in Single, and serves its graph vectors through every backend and precision there is (<c>ml.Hybrid.Propagate</c>):
/// NDCG of each beside Single on the CPU, and whether the vectors in 8 bits are those of the CPU, number by number.
/// </summary>
internal static class BackendsCommand
{
    private const string Reference = CpuAggregationBackend.BackendName;

    public static Command Create()
    {
        string[] names = ["gnn", "lightgcn", "lightgcn-ssm", "lightgcn-norm", "simgcl", "xsimgcl", "alpharec", "hybrid"];
        var model = new Option<string>("--model") { Description = $"One of {string.Join(", ", names)}.", DefaultValueFactory = _ => "gnn" };
        model.AcceptOnlyFromAmong(names);
        var data = new Option<string>("--data")
        {
            Description = "A folder of data, or its name under HYBRIDREC_DATA.",
            DefaultValueFactory = _ => "gowalla"
        };
        var split =
            new Option<string?>("--split") { Description = "random, time, last, cold, or given; by default the data set's usual one." };
        var epochs = new Option<int?>("--epochs")
        {
            Description = "Exactly so many epochs of the graph; by default early stopping on an inner holdout."
        };
        var seed = new Option<int>("--seed") { Description = "Seed of the split and of training.", DefaultValueFactory = _ => 1 };
        var json = new Option<FileInfo?>("--json") { Description = "File to append one JSON object a backend to." };
        var command = new Command("backends", "NDCG of one fitted model, served through every backend.")
        {
            model, data, split, epochs, seed, json
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(model)!, parsed.GetValue(data)!, parsed.GetValue(split), parsed.GetValue(epochs), parsed.GetValue(seed),
            parsed.GetValue(json)));
        return command;
    }

    private static void Run(string model, string dataName, string? splitName, int? epochs, int seed, FileInfo? json)
    {
        if (AggregationBackends.Forced is { } forced)
            throw new InvalidOperationException(
                $"{AggregationBackends.Variable} forces '{forced}', and all backends are to be compared: unset it.");
        var ml = new MLContext(seed);
        var data = ExperimentDataSets.Open(ml, dataName, splitName, seed);
        var clock = Stopwatch.StartNew();
        ITransformer fitted = ExperimentModels.Build(ml, model, data, epochs, seed, new EpochTimes(), updatable: true)
            .Fit(data.Split.TrainSet);
        AnsiConsole.MarkupLineInterpolated($"[bold]{model}[/] on {data.Name}, seed {seed}: fit {clock.Elapsed.TotalSeconds:F1} s");

        var rows = new List<Row>();
        float[]? expected = null;
        foreach ((string name, EmbeddingPrecision precision) in (ReadOnlySpan<(string, EmbeddingPrecision)>)
            [
                (Reference, EmbeddingPrecision.Single), (Reference, EmbeddingPrecision.Int8), ("opencl", EmbeddingPrecision.Single),
                ("opencl", EmbeddingPrecision.Int8), ("fpga-sim", EmbeddingPrecision.Int8)])
        {
            if (AggregateCommand.Open(name, new AggregationSettings()) is not { } backend)
                continue;
            var metered = new MeteredBackend(backend);
            var served = ml.Hybrid.Propagate(fitted, AggregationBackend.From(metered), precision);
            (backend as IDisposable)?.Dispose();
            float[] vectors = Vectors(served);
            if (precision == EmbeddingPrecision.Int8)
                expected ??= vectors;
            var report = ml.Hybrid.EvaluateTopK(
                served, data.Split, new TopKOptions { RelevanceThreshold = data.RelevanceThreshold, Items = data.Items, Seed = seed });
            double at10 = report[TopKMetric.Ndcg, 10].Value, at20 = report[TopKMetric.Ndcg, 20].Value;
            bool? same = precision == EmbeddingPrecision.Int8 ? vectors.AsSpan().SequenceEqual(expected) : null;
            rows.Add(new Row(
                data.Name, model, seed, epochs, name, precision.ToString(), at10, at20, at20 - (rows.Count == 0 ? at20 : rows[0].Ndcg20),
                same, metered.Calls, metered.Time?.ToString(), metered.Cycles?.ToString()));
            JsonLines.Append(json, rows[^1]);
        }

        Print(rows);
    }

    private static float[] Vectors(ITransformer model)
    {
        GnnMapping mapping = ChainStages.Of(model).OfType<GnnEmbeddingTransformer>().Single().Mapping;
        return [.. mapping.Users.Vectors, .. mapping.Items.Vectors];
    }

    private static void Print(List<Row> rows)
    {
        Table table = new Table().AddColumns("backend", "precision");
        foreach (string column in (string[])["NDCG@10", "NDCG@20", "minus cpu Single"])
            table.AddColumn(new TableColumn(column).RightAligned());
        table.AddColumn("vectors of cpu Int8").AddColumn("propagation");
        foreach (Row row in rows)
        {
            string cost = row.Cycles is null ? row.Time ?? "" : $"{row.Cycles}; {row.Time}";
            table.AddRow(
                row.Backend, row.Precision, $"{row.Ndcg10:R}", $"{row.Ndcg20:R}", $"{row.MinusSingle:+0.000000;-0.000000;0}",
                row.Same is { } same ? (same ? "the same" : "[red]others[/]") : "", cost);
        }

        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 160);
        AnsiConsole.Write(table);
    }

    /// <summary>One line of the JSON file.</summary>
    private sealed record Row(
        string Data, string Model, int Seed, int? Epochs, string Backend, string Precision, double Ndcg10, double Ndcg20,
        double MinusSingle, bool? Same, int Propagations, string? Time, string? Cycles);
}
