using System.CommandLine;
using System.Diagnostics;
using HybridRec.MLNet.Accel;
using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// Times one propagation (a sparse product over the symmetrically normalized graph) against the machine's own gather bandwidth,
/// measured in the same run, repetition by repetition, with the same threads, with nodes numbered as the data have them and as training
/// numbers them (<see cref="NodeOrder"/>). See <see cref="GatherBound"/> for what the bound is.
/// </summary>
internal static class PropagateCommand
{
    public static Command Create()
    {
        var dimension = new Option<int>("--dimension") { Description = "Width of the embedding table.", DefaultValueFactory = _ => 64 };
        var data = new Option<string>("--data")
        {
            Description = "A folder in the LightGCN format, or its name under HYBRIDREC_DATA.",
            DefaultValueFactory = _ => "gowalla"
        };
        var seed = new Option<int>("--seed") { Description = "Seed of the table's values.", DefaultValueFactory = _ => 1 };
        var json = new Option<FileInfo?>("--json") { Description = "File to append one JSON object to." };
        var threads = new Option<int>("--threads") { Description = "Threads; 0 takes all cores.", DefaultValueFactory = _ => 0 };
        var repetitions = NumberOption.Create("--repetitions", "Measurements of each kind; medians are reported.", 51);
        var precision = new Option<EmbeddingPrecision>("--precision")
        {
            Description = "Single, or BFloat16: the numbers gathered.",
            DefaultValueFactory = _ => EmbeddingPrecision.Single
        };
        precision.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<EmbeddingPrecision>() == EmbeddingPrecision.Int8)
                result.AddError("--precision Int8 is measured by the command 'aggregate', which has no gather bound.");
        });
        dimension.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 16 or > 4096 || result.GetValueOrDefault<int>() % 16 != 0)
                result.AddError("--dimension has to be a multiple of 16 between 16 and 4096: the bound is defined for those.");
        });

        var command = new Command("propagate", "One graph propagation against the gather bandwidth of this machine.")
        {
            dimension, data, seed, json, threads, repetitions, precision
        };
        command.SetAction(parsed =>
        {
            Measurement result = Measure(
                parsed.GetValue(data)!, parsed.GetValue(dimension), parsed.GetValue(seed), Parallelism.Resolve(parsed.GetValue(threads)),
                parsed.GetValue(repetitions), parsed.GetValue(precision));
            Print(result);
            JsonLines.Append(parsed.GetValue(json), result);
        });
        return command;
    }

    private static Measurement Measure(string data, int dimension, int seed, int threads, int repetitions, EmbeddingPrecision precision)
    {
        InteractionGraph graph = ReadTrainingGraph(data);
        CsrMatrix matrix = graph.Adjacency(GraphNormalization.Symmetric);
        CsrMatrix ordered = NodeOrder.BreadthFirst(matrix, [0, graph.UserCount]).Apply(matrix);
        Memory<float> source = AlignedMemory.Allocate(matrix.Columns * dimension);
        Memory<float> destination = AlignedMemory.Allocate(matrix.Rows * dimension);
        var random = Xoshiro256.Stream(seed);
        foreach (ref float value in source.Span)
            value = (float)random.NextNormal();
        var rounded = new uint[matrix.Columns * BFloat16Table.RowWords(dimension)];
        var backend = new CpuAggregationBackend(threads);

        int fold = 0;
        Action Product(CsrMatrix a) => precision == EmbeddingPrecision.Single
            ? () => backend.Aggregate(a, source, destination, dimension)
            : () => backend.Aggregate(a, source, rounded, destination, dimension);
        Action Bound(CsrMatrix a, int prefetch) => () => fold ^= GatherBound.Run(a, source, dimension, threads, prefetch);
        double[] ms = [.. Interleave(
            [Product(matrix), Bound(matrix, 0), Bound(matrix, 16), Product(ordered), Bound(ordered, 0), Bound(ordered, 16)],
            repetitions).Select(Median)];
        GC.KeepAlive(fold);
        double product = ms[0], bound = Math.Min(ms[1], ms[2]), orderedBound = Math.Min(ms[4], ms[5]);
        double bytes = (double)matrix.NonZeros * dimension * sizeof(float);
        return new Measurement(
            data, dimension, matrix.Rows, matrix.NonZeros, product, bound, product / bound, ms[3], orderedBound, ms[3] / orderedBound,
            bytes / product / 1e6, bytes / bound / 1e6, 2.0 * matrix.NonZeros * dimension / product / 1e6,
            StreamTriad.Measure(threads), threads);
    }

    /// <summary>The training part of a data set; nodes keep the order of its ids, whatever locality that has.</summary>
    internal static InteractionGraph ReadTrainingGraph(string data)
    {
        IDataView train = new MLContext().Hybrid.Data.LoadLightGcnSplit(ExperimentDataSets.Folder(data)).TrainSet;
        int[] users = [.. train.GetColumn<int>("User")];
        int[] items = [.. train.GetColumn<int>("Item")];
        return InteractionGraph.FromPairs(users.Max() + 1, items.Max() + 1, users, items);
    }

    /// <summary>Runs the kinds in turn, so that whatever else the machine does falls on all alike; milliseconds of each kind.</summary>
    /// <param name="kinds">What is timed.</param>
    /// <param name="repetitions">Times each.</param>
    /// <param name="warmUps">Calls before: the first tenth of a second compiles and warms, the compiler's best code of a
    /// short kind comes after 30.</param>
    internal static double[][] Interleave(Action[] kinds, int repetitions, int warmUps = 40)
    {
        for (int i = 0; i < warmUps; i++)
        {
            foreach (Action kind in kinds)
                kind();
        }
        double[][] times = [.. kinds.Select(_ => new double[repetitions])];
        for (int i = 0; i < repetitions; i++)
        {
            for (int kind = 0; kind < kinds.Length; kind++)
            {
                long start = Stopwatch.GetTimestamp();
                kinds[kind]();
                times[kind][i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }
        return times;
    }

    internal static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[values.Length / 2] + values[(values.Length - 1) / 2]) / 2;
    }

    private static void Print(Measurement m)
    {
        Table table = new Table().AddColumn("nodes numbered").AddColumns([.. new[]
        {
            "propagation ms", "bound ms", "ratio", "GB/s", "bound GB/s"
        }.Select(name => new TableColumn(name).RightAligned())]);
        table.AddRow(
            "as given", Text(m.Milliseconds), Text(m.BoundMilliseconds), Text(m.Ratio), Text(m.PropagationGBps), Text(m.GatherGBps));
        table.AddRow(
            "breadth-first", Text(m.OrderedMilliseconds), Text(m.OrderedBoundMilliseconds), Text(m.OrderedRatio),
            Text(m.PropagationGBps * m.Milliseconds / m.OrderedMilliseconds),
            Text(m.PropagationGBps * m.Milliseconds / m.OrderedBoundMilliseconds));
        AnsiConsole.MarkupLineInterpolated(
            $"{m.Data}: {m.Nodes:N0} nodes, {m.NonZeros:N0} nonzeros, d = {m.Dimension}, {m.Threads} threads");
        AnsiConsole.Write(table);
        AnsiConsole.MarkupInterpolated(
            $"{Text(m.GigaFlops)} GFLOP/s as given, {Text(m.OrderedMilliseconds / m.Milliseconds)} of the time breadth-first; triad ");
        AnsiConsole.MarkupLineInterpolated($"{Text(m.TriadGBps)} GB/s");
    }

    private static string Text(double value) => value.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>One line of the JSON file. Times are medians; GB/s count the bytes of the gathered rows (10^9 bytes).</summary>
    private sealed record Measurement(
        string Data, int Dimension, int Nodes, int NonZeros, double Milliseconds, double BoundMilliseconds, double Ratio,
        double OrderedMilliseconds, double OrderedBoundMilliseconds, double OrderedRatio,
        double PropagationGBps, double GatherGBps, double GigaFlops, double TriadGBps, int Threads);
}
