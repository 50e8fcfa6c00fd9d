using System.CommandLine;
using System.Diagnostics;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using Spectre.Console;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// Times the steps of GraphSAGE or PinSage over sampled blocks on random graphs of growing size, at equal degree, batch and fanouts: what a
/// step costs follows the nodes it touches, and these are bounded by batch and fanouts. LightGCN's step, which touches
/// all nodes, is printed beside it.
/// </summary>
internal static class BlockStepCommand
{
    private const int Degree = 10;

    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "graphsage or pinsage.", DefaultValueFactory = _ => "graphsage" };
        model.AcceptOnlyFromAmong("graphsage", "pinsage");
        var nodes = new Option<int[]>("--nodes")
        {
            Description = "Nodes of each graph, half of them users.",
            DefaultValueFactory = _ => [20_000, 100_000, 500_000],
            AllowMultipleArgumentsPerToken = true
        };
        var batch = NumberOption.Create("--batch", "Interactions in a step.", 256);
        var dimension = NumberOption.Create("--dimension", "Length of the vectors.", 32);
        var steps = NumberOption.Create("--steps", "Steps timed, after as many to warm up; medians are reported.", 30);
        var seed = new Option<int>("--seed") { Description = "Seed of graph and training.", DefaultValueFactory = _ => 1 };
        var json = new Option<FileInfo?>("--json") { Description = "File to append one JSON object a graph to." };

        nodes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int[]>()!.Any(n => n < 1000))
                result.AddError("--nodes has to be 1000 or more.");
        });
        var command = new Command("blocks", "Seconds a step of GraphSAGE or PinSage as the graph grows.")
        {
            model, nodes, batch, dimension, steps, seed, json
        };
        command.SetAction(parsed =>
        {
            GnnEmbeddingOptions options = new()
            {
                Model = parsed.GetValue(model) == "pinsage"
                    ? GraphModel.PinSage(layers: 2, fanouts: [10, 5])
                    : GraphModel.GraphSage(layers: 2, fanouts: [10, 5]),
                Loss = ExperimentModels.FormerLossWith(parsed.GetValue(batch)),
                Dimension = parsed.GetValue(dimension),
                Training = new() { BatchSize = parsed.GetValue(batch) },
            };
            options = options.Resolved(parsed.GetValue(seed));
            Table table = new Table().AddColumns("nodes", "edges", "nodes touched", "ms a step", "LightGCN, ms a step");
            foreach (int count in parsed.GetValue(nodes)!)
            {
                Measurement result = Measure(parsed.GetValue(model)!, count, options, parsed.GetValue(steps));
                table.AddRow(
                    $"{result.Nodes:N0}", $"{result.Edges:N0}", $"{result.Touched:N0}", $"{result.Milliseconds:F1}",
                    $"{result.LightGcnMilliseconds:F1}");
                JsonLines.Append(parsed.GetValue(json), result);
            }

            AnsiConsole.MarkupLineInterpolated(
                $"{options.Model.Name}, batch {options.Training.BatchSize}, fanouts 10, 5, d = {options.Dimension}");
            AnsiConsole.Write(table);
        });
        return command;
    }

    private static Measurement Measure(string model, int nodes, GnnEmbeddingOptions options, int steps)
    {
        Xoshiro256 random = Xoshiro256.Stream(options.Seed);
        int users = nodes / 2, items = nodes - users;
        int[] user = new int[users * Degree], item = new int[user.Length];
        for (int e = 0; e < user.Length; e++)
            (user[e], item[e]) = (random.NextInt32(users), random.NextInt32(items));
        InteractionGraph graph = InteractionGraph.FromPairs(users, items, user, item);
        GraphStep step = Step(options);
        double milliseconds = Time(step, steps);
        int touched = step.Network.Parameters[0].Rows.Length;
        double dense = Time(Step(options with { Model = GraphModel.LightGcn(layers: 2) }), Math.Min(steps, 5));
        return new Measurement(model, nodes, graph.EdgeCount, touched, milliseconds, dense);

        GraphStep Step(GnnEmbeddingOptions settings) => new(new TrainingGraph(graph, settings, null, null), settings);
    }

    private static double Time(GraphStep step, int steps)
    {
        step.Sampler.BeginEpoch(1);
        double[] times = new double[2 * steps];
        for (int s = 0; s < times.Length; s++)
        {
            long start = Stopwatch.GetTimestamp();
            step.Sampler.Fill(s % (step.Sampler.StepsPerEpoch - 1), step.Batch);
            step.Compute();
            step.Optimizer.Update(s + 1);
            times[s] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return times[steps..].Order().ElementAt(steps / 2);
    }

    /// <summary>One line of the JSON file. Times are medians.</summary>
    private sealed record Measurement(string Model, int Nodes, int Edges, int Touched, double Milliseconds, double LightGcnMilliseconds);
}
