using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using Microsoft.ML;
using Spectre.Console;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// Trains GnnEmbedding on power-law graphs of growing size: whether time grows with the edges and memory stays within a machine.
/// </summary>
internal static class ScaleCommand
{
    public static Command Create()
    {
        var edges = new Option<double[]>("--edges")
        {
            Description = "Millions of interactions of each graph, ascending.",
            DefaultValueFactory = _ => [1, 10, 50],
            AllowMultipleArgumentsPerToken = true,
        };
        edges.Validators.Add(result =>
        {
            double[] given = result.GetValueOrDefault<double[]>() ?? [];
            if (given.Length == 0 || given.Any(millions => !(millions is >= 0.001 and <= 1000)) || !given.SequenceEqual(given.Order()))
                result.AddError(
                    "--edges has to be ascending numbers from 0.001 to 1000, in millions: peak memory is that of the process so far.");
        });
        var dimension = new Option<int>("--dimension") { Description = "Length of the vectors.", DefaultValueFactory = _ => 32 };
        var layers = new Option<int>("--layers") { Description = "Propagations.", DefaultValueFactory = _ => 2 };
        var seed = new Option<int>("--seed") { Description = "Seed of the graph and of training.", DefaultValueFactory = _ => 1 };
        var json = new Option<FileInfo?>("--json") { Description = "File to append one JSON object a graph to; not with --steps." };
        var steps = new Option<int>("--steps")
        {
            Description = "Time so many steps of every graph, in turn, instead of an epoch of each after another: other work on the " +
                "machine then falls on all alike. Medians are reported.",
            DefaultValueFactory = _ => 0,
        };
        steps.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
                result.AddError("--steps has to be 0 (whole epochs) or more.");
        });
        var command = new Command("scale", "Seconds an epoch and peak memory on synthetic power-law graphs.")
        {
            edges, dimension, layers, seed, steps, json
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(steps) > 0)
            {
                Steps(
                    parsed.GetValue(edges)!, parsed.GetValue(steps), parsed.GetValue(dimension), parsed.GetValue(layers),
                    parsed.GetValue(seed));
                return;
            }

            var table = new Table().AddColumns("M pairs", "M users", "M items", "setup s", "epoch s", "ns an edge", "peak MiB");
            foreach (double millions in parsed.GetValue(edges)!)
            {
                Measurement m = Measure((long)(millions * 1e6), parsed.GetValue(dimension), parsed.GetValue(layers), parsed.GetValue(seed));
                table.AddRow(
                    Millions(m.Edges), Millions(m.Users), Millions(m.Items),
                    Text(m.SetupSeconds), Text(m.SecondsPerEpoch), Text(m.SecondsPerEpoch / m.Edges * 1e9),
                    m.PeakMemoryMiB.ToString("N0", CultureInfo.InvariantCulture));
                JsonLines.Append(parsed.GetValue(json), m);
            }

            AnsiConsole.Write(table);
        });
        return command;
    }

    // What a fit without an epoch takes (reading, building the graph, one propagation for the vectors served) is taken from a fit with one.
    private static Measurement Measure(long edges, int dimension, int layers, int seed)
    {
        var interactions = new PowerLawInteractions(edges, seed);
        double setup = Fit(0), epoch = Fit(1) - setup;
        using var process = Process.GetCurrentProcess();
        return new Measurement(
            edges, interactions.UserCount, interactions.ItemCount, dimension, layers, setup, epoch,
            process.PeakWorkingSet64 / (double)(1 << 20));

        double Fit(int epochs)
        {
            GC.Collect();
            var ml = new MLContext(seed);
            var options = new GnnEmbeddingOptions
            {
                Dimension = dimension,
                Model = GraphModel.LightGcn(layers),
                Loss = ExperimentModels.FormerLoss,
                HoldoutFraction = 0,
                Training = new() { Epochs = epochs, Seed = seed },
            };
            var clock = Stopwatch.StartNew();
            ml.Hybrid.GnnEmbedding(options).Fit(interactions.View(ml));
            double seconds = clock.Elapsed.TotalSeconds;
            Console.Error.WriteLine(FormattableString.Invariant($"{edges} pairs, {epochs} epochs: {seconds:F1} s"));
            return seconds;
        }
    }

    private static void Steps(double[] edges, int repetitions, int dimension, int layers, int seed)
    {
        int[] sizes = new int[edges.Length];
        GraphStep[] graphs = [.. edges.Select((millions, g) => Step((long)(millions * 1e6), g))];
        int[] next = new int[graphs.Length];
        Action[] kinds = [.. Enumerable.Range(0, graphs.Length).Select(g => (Action)(() =>
        {
            GraphStep step = graphs[g];
            step.Sampler.Fill(next[g]++ % (step.Sampler.StepsPerEpoch - 1), step.Batch);
            step.Compute();
            step.Optimizer.Update(next[g]);
        }))];
        double[] ms = [.. PropagateCommand.Interleave(kinds, repetitions, warmUps: 2).Select(PropagateCommand.Median)];
        var table = new Table().AddColumns("M pairs", "edges", "steps an epoch", "ms a step", "epoch s", "ns an edge");
        for (int g = 0; g < graphs.Length; g++)
        {
            double epoch = ms[g] * graphs[g].Sampler.StepsPerEpoch / 1000;
            table.AddRow(
                Millions((long)(edges[g] * 1e6)), sizes[g].ToString("N0", CultureInfo.InvariantCulture),
                $"{graphs[g].Sampler.StepsPerEpoch}", Text(ms[g]), Text(epoch), Text(epoch / sizes[g] * 1e9));
        }

        AnsiConsole.Write(table);

        GraphStep Step(long pairs, int g)
        {
            InteractionGraph graph = new PowerLawInteractions(pairs, seed).Graph();
            sizes[g] = graph.EdgeCount;
            GnnEmbeddingOptions options = new GnnEmbeddingOptions
            {
                Dimension = dimension,
                Model = GraphModel.LightGcn(layers),
                Loss = ExperimentModels.FormerLoss,
            }.Resolved(seed);
            return new GraphStep(new TrainingGraph(graph, options, null, null), options);
        }
    }

    private static string Millions(long count) => (count / 1e6).ToString("0.###", CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("N1", CultureInfo.InvariantCulture);

    /// <summary>One line of the JSON file.</summary>
    private sealed record Measurement(
        long Edges, int Users, int Items, int Dimension, int Layers, double SetupSeconds, double SecondsPerEpoch, double PeakMemoryMiB);
}
