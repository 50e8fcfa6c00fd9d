using System.Globalization;
using HybridRec.MLNet.Accel;
using Spectre.Console;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// Folding one new user into LightGCN: <c>h_u = 1/(L+1) sum over l &lt; L and the user's items i of w_ui h_i(l)</c>, one aggregation of L
/// times as many rows as the user has items, from a table with the layers below one another that stays where it is. From the list of items
/// to the vector of the user: the work of the host is part of it. What was measured, simulated or modeled says so, figure by figure.
/// </summary>
internal static class FoldInTable
{
    /// <summary>Layers of the model.</summary>
    internal const int Layers = 3;

    private const int WideLanes = 64;

    // A memory that answers after 160 +- 40 cycles.
    private const int Latency = 120;
    private const int Jitter = 80;

    /// <summary>What the paper prints, of whole requests on its own machines, which it does not name.</summary>
    private static readonly (string What, double Milliseconds)[] s_paper =
    [
        ("hybrid", 140), ("with DeepSpeed", 70), ("with DeepSpeed and an FPGA", 45)
    ];

    public static List<Line> Measure(
        CsrMatrix graph, int interactions, IReadOnlyList<IAggregationBackend> backends, int dimension, int seed, int threads,
        int repetitions)
    {
        Memory<float> source = Stack(graph, dimension, seed, threads), vector = AlignedMemory.Allocate(dimension);
        Int8Table table = Int8Table.Quantize(source, dimension, threads), result = new(1, dimension);
        int[] items = [.. Enumerable.Range(0, interactions).Select(i => (int)((long)i * graph.Columns / interactions))];
        CsrMatrix User() => Row(graph, items);

        var kinds = new List<(string Backend, string Precision, Action Run)>();
        foreach (IAggregationBackend backend in backends.Where(backend => backend is not FpgaAggregationBackend))
        {
            if (backend.Capabilities.Single)
                kinds.Add((backend.Name, "Single", () => backend.Aggregate(User(), source, vector, dimension)));
            if (backend.Capabilities.Int8)
                kinds.Add((backend.Name, "Int8", () => Int8(backend)));
        }

        double[] milliseconds = [.. PropagateCommand.Interleave([.. kinds.Select(kind => kind.Run)], repetitions).Select(
            PropagateCommand.Median)];
        List<Line> lines = [.. kinds.Select((kind, i) => new Line(
            kind.Backend, kind.Precision, Milliseconds(new Figure(milliseconds[i], "ms", Provenance.Measured)), ""))];
        if (backends.OfType<FpgaAggregationBackend>().Any())
            lines.AddRange(Boards());
        lines.AddRange(s_paper.Select(row => new Line(
            "the paper", "", string.Create(CultureInfo.InvariantCulture, $"{row.Milliseconds} ms, its own figure"),
            $"{row.What}; a whole request, its machine unnamed")));
        return lines;

        AggregationRun Int8(IAggregationBackend backend)
        {
            AggregationRun run = backend.Aggregate(Int16Adjacency.Fold(User(), table, threads: 1), table, result);
            result.Dequantize(vector.Span);
            return run;
        }

        // The kernel's cycles are counted; its clock, launch and link are the board's description, and the host's part is measured.
        IEnumerable<Line> Boards()
        {
            var host = new Figure(
                PropagateCommand.Median(PropagateCommand.Interleave([Host], repetitions)[0]) / 1000, "s", Provenance.Measured);
            foreach ((int lanes, FpgaBoard board) in ((int, FpgaBoard)[])[(16, FpgaBoard.Ecp5Ddr3), (WideLanes, FpgaBoard.AlveoU55C)])
            {
                using var backend = new FpgaAggregationBackend(
                    RtlSimulation.Aggregation(new() { Lanes = lanes, Latency = Latency, Jitter = Jitter, ClockHertz = board.ClockHertz }));
                Int8(backend); // the table gets there
                AggregationRun run = Int8(backend);
                FpgaEstimate estimate = FpgaPerformanceModel.Estimate(run, 1, board, 1);
                string clock = string.Create(CultureInfo.InvariantCulture, $"{board.ClockHertz / 1e6:F0} MHz");
                yield return new Line(
                    $"fpga-sim, {lanes} lanes", "Int8", run.Cycles!.ToString(),
                    $"the kernel alone; {Milliseconds(Thousand(run.Time))} at {clock}");
                yield return new Line(
                    board.Name, "Int8", Milliseconds(Thousand(estimate.Total + host)),
                    $"{lanes} lanes at {clock}; of it the host {Milliseconds(Thousand(host))}, launch " +
                    $"{Milliseconds(Thousand(estimate.Launch))}");
            }
        }

        void Host()
        {
            _ = Int16Adjacency.Fold(User(), table, threads: 1);
            result.Dequantize(vector.Span);
        }
    }

    public static void Print(int interactions, List<Line> lines)
    {
        Table table = new Table().AddColumns("where", "precision", "latency", "");
        foreach (Line line in lines)
            table.AddRow(Markup.Escape(line.Where), line.Precision, Markup.Escape(line.Latency), Markup.Escape(line.Remark));
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 120);
        AnsiConsole.MarkupInterpolated(
            $"[bold]folding in one new user with {interactions} interactions[/], {Layers} layers in one aggregation, the table where it ");
        AnsiConsole.MarkupLine("is used (opencl in Single transfers it)");
        AnsiConsole.Write(table);
    }

    // h(0) to h(L-1), below one another.
    private static Memory<float> Stack(CsrMatrix graph, int dimension, int seed, int threads)
    {
        int length = graph.Columns * dimension;
        Memory<float> all = AlignedMemory.Allocate(length * Layers);
        var random = Xoshiro256.Stream(seed);
        foreach (ref float value in all.Span[..length])
            value = (float)random.NextNormal();
        var cpu = new CpuAggregationBackend(threads);
        for (int l = 1; l < Layers; l++)
            cpu.Aggregate(graph, all.Slice((l - 1) * length, length), all.Slice(l * length, length), dimension);
        return all;
    }

    private static CsrMatrix Row(CsrMatrix graph, int[] items)
    {
        int[] columns = new int[items.Length * Layers];
        float[] values = new float[columns.Length];
        for (int i = 0; i < items.Length; i++)
        {
            int degree = graph.RowOffsets[items[i] + 1] - graph.RowOffsets[items[i]] + 1;
            float weight = 1 / (MathF.Sqrt((float)items.Length * degree) * (Layers + 1));
            for (int l = 0; l < Layers; l++)
                (columns[(l * items.Length) + i], values[(l * items.Length) + i]) = (items[i] + (l * graph.Columns), weight);
        }

        return new CsrMatrix(1, graph.Columns * Layers, [0, columns.Length], columns, values);
    }

    private static Figure Thousand(Figure seconds) => seconds with { Value = seconds.Value * 1000, Unit = "ms" };

    private static string Milliseconds(Figure figure) => (figure with { Value = Math.Round(figure.Value, 4) }).ToString();

    /// <summary>One line: the latency is a figure with its word, or what the paper prints.</summary>
    internal sealed record Line(string Where, string Precision, string Latency, string Remark);
}
