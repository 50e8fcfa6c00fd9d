using System.CommandLine;
using System.Globalization;
using HybridRec.MLNet.Accel;
using Spectre.Console;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// One aggregation over a graph on every backend there is, in Single and in 8 bits, in one run: measured side by side, repetition by
/// repetition. And the neighborhood of one user, as when a new user is folded in. What a backend says of its own time is
/// printed with how it came about.
/// </summary>
internal static class AggregateCommand
{
    public static Command Create()
    {
        var dimension = NumberOption.Create("--dimension", "Width of the embedding table.", 64);
        var data = new Option<string>("--data")
        {
            Description = "A folder in the LightGCN format, or its name under HYBRIDREC_DATA.",
            DefaultValueFactory = _ => "gowalla"
        };
        var seed = new Option<int>("--seed") { Description = "Seed of the table's values.", DefaultValueFactory = _ => 1 };
        var threads = new Option<int>("--threads") { Description = "Threads of the CPU; 0 takes all cores.", DefaultValueFactory = _ => 0 };
        var repetitions = NumberOption.Create("--repetitions", "Measurements of each kind; medians are reported.", 21);
        var newcomer = NumberOption.Create("--user", "Interactions of the new user.", 200);
        var json = new Option<FileInfo?>("--json") { Description = "File to append one JSON object a line to." };

        var command = new Command("aggregate", "One aggregation in Single and in 8 bits on every backend, side by side.")
        {
            dimension, data, seed, threads, repetitions, newcomer, json
        };
        command.SetAction(parsed =>
        {
            CsrMatrix graph = PropagateCommand.ReadTrainingGraph(parsed.GetValue(data)!).Adjacency(GraphNormalization.Symmetric);
            var settings = new AggregationSettings { Threads = parsed.GetValue(threads) };
            List<IAggregationBackend> backends = [.. AggregationBackends.Names.Where(name => name != "auto")
                .Select(name => Open(name, settings)).OfType<IAggregationBackend>()];
            int interactions = Math.Min(parsed.GetValue(newcomer), graph.Columns);
            (int d, int s, int t, int n) = (
                parsed.GetValue(dimension), parsed.GetValue(seed), parsed.GetValue(threads), parsed.GetValue(repetitions));
            // A simulation takes minutes for what others take milliseconds for: it counts one user's cycles, and the
            // tests those of the whole graph.
            List<Row> rows = Measure(
                parsed.GetValue(data)!, graph, [.. backends.Where(backend => backend is not FpgaAggregationBackend)], d, s, t, n);
            Print(parsed.GetValue(data)!, graph, rows, d, settings);
            List<FoldInTable.Line> user = FoldInTable.Measure(graph, interactions, backends, d, s, t, n);
            FoldInTable.Print(interactions, user);
            using (var auto = new AutoAggregationBackend(settings))
                AnsiConsole.WriteLine("auto: " + auto.Explain(new AggregationWork(
                    interactions * FoldInTable.Layers, 1, graph.Columns * FoldInTable.Layers, d, Int8: true)).Explanation);
            foreach (object line in (object[])[.. rows, .. user])
                JsonLines.Append(parsed.GetValue(json), line);

            foreach (IDisposable backend in backends.OfType<IDisposable>())
                backend.Dispose();
        });
        return command;
    }

    internal static IAggregationBackend? Open(string name, AggregationSettings settings)
    {
        try
        {
            return AggregationBackends.Create(name, settings);
        }
        catch (BackendUnavailableException missing)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]{name}: {missing.Message}[/]");
            return null;
        }
    }

    private static List<Row> Measure(
        string data, CsrMatrix matrix, List<IAggregationBackend> backends, int dimension, int seed, int threads, int repetitions)
    {
        Memory<float> source = AlignedMemory.Allocate(matrix.Columns * dimension), exact = AlignedMemory.Allocate(matrix.Rows * dimension);
        var random = Xoshiro256.Stream(seed);
        foreach (ref float value in source.Span)
            value = (float)random.NextNormal();
        Int8Table table = Int8Table.Quantize(source, dimension, threads), result = new(matrix.Rows, dimension);
        Int16Adjacency folded = Int16Adjacency.Fold(matrix, table, threads);
        new CpuAggregationBackend(threads).Aggregate(matrix, source, exact, dimension);
        Memory<float> destination = AlignedMemory.Allocate(matrix.Rows * dimension);

        var kinds = new List<(string Backend, string What, Action Run, Func<AggregationRun?> Last)>
        {
            ("host", "rounding the table", () => Int8Table.Quantize(source, dimension, threads), () => null),
            ("host", "folding the scales", () => Int16Adjacency.Fold(matrix, table, threads), () => null),
        };
        foreach (IAggregationBackend backend in backends)
        {
            AggregationRun? last = null;
            if (backend.Capabilities.Single)
                kinds.Add((backend.Name, "Single", () => backend.Aggregate(matrix, source, destination, dimension), () => null));
            if (backend.Capabilities.Int8)
                kinds.Add((backend.Name, "Int8", () => last = backend.Aggregate(folded, table, result), () => last));
        }

        double[] milliseconds = [.. PropagateCommand.Interleave([.. kinds.Select(kind => kind.Run)], repetitions).Select(
            PropagateCommand.Median)];
        double single = milliseconds[kinds.FindIndex(kind => kind is { Backend: "cpu", What: "Single" })];
        double error = Error(exact.Span, result, dimension);
        return [.. kinds.Select((kind, i) => new Row(
            data, dimension, matrix.NonZeros, kind.Backend, kind.What, milliseconds[i], matrix.NonZeros / milliseconds[i] / 1000,
            milliseconds[i] / single, kind.Last()?.Time.ToString(), kind.What == "Int8" ? error : null))];
    }

    // Relative error of the last result in 8 bits, by the norm over the whole table.
    private static double Error(ReadOnlySpan<float> exact, Int8Table result, int dimension)
    {
        float[] rounded = new float[result.Rows * dimension];
        result.Dequantize(rounded);
        double difference = 0, norm = 0;
        for (int i = 0; i < rounded.Length; i++)
        {
            difference += Math.Pow(exact[i] - rounded[i], 2);
            norm += Math.Pow(exact[i], 2);
        }

        return Math.Sqrt(difference / norm);
    }

    private static void Print(string name, CsrMatrix matrix, List<Row> rows, int dimension, AggregationSettings settings)
    {
        Table table = new Table().AddColumns("backend", "what");
        foreach (string column in (string[])["ms, measured", "Medges/s", "of cpu Single"])
            table.AddColumn(new TableColumn(column).RightAligned());
        table.AddColumn("reported");
        foreach (Row row in rows)
            table.AddRow(row.Backend, row.What, Text(row.Milliseconds), Text(row.MegaEdges), Text(row.OfCpuSingle), row.Reported ?? "");
        AnsiConsole.MarkupInterpolated(
            $"[bold]{name}[/]: {matrix.Rows:N0} rows, {matrix.NonZeros:N0} edges, d = {dimension}; relative error of Int8 ");
        AnsiConsole.MarkupLineInterpolated($"{rows.Max(row => row.Error):P2}");
        AnsiConsole.Write(table);
        using var auto = new AutoAggregationBackend(settings);
        AnsiConsole.WriteLine(
            "auto: " + auto.Explain(new AggregationWork(matrix.NonZeros, matrix.Rows, matrix.Columns, dimension, Int8: true)).Explanation);
    }

    private static string Text(double value) => value.ToString(value < 0.1 ? "0.0000" : "0.00", CultureInfo.InvariantCulture);

    /// <summary>One line of the JSON file. Times are medians.</summary>
    private sealed record Row(
        string Data, int Dimension, int Edges, string Backend, string What, double Milliseconds, double MegaEdges, double OfCpuSingle,
        string? Reported, double? Error);
}
