using System.Globalization;
using System.IO.Compression;
using HybridRec.MLNet.Accel.Kernels.Reference;
using HybridRec.MLNet.Conformance;

namespace HybridRec.MLNet.Accel.Tests.Fpga;

/// <summary>The whole graph of gowalla, 70,839 nodes and 1.6 million edges: cycles an edge, and every byte.</summary>
public sealed class FpgaGowallaTests(ITestOutputHelper output)
{
    private const int Dimension = 64;

    [Theory]
    [InlineData(16, 1, 0, 0.99)]
    [InlineData(16, 120, 80, 0.98)]
    [InlineData(64, 1, 0, 0.99)]
    [InlineData(64, 120, 80, 0.98)]
    public void Aggregate_WholeGraph_BeatsACycleAndBytesOfTheReference(int lanes, int latency, int jitter, double least)
    {
        _ = FpgaLibrary.Path;
        CsrMatrix graph = Graph();
        Int8Table x = Int8Table.Quantize(BackendGraphs.Normal(graph.Columns * Dimension, 1), Dimension);
        Int16Adjacency a = Int16Adjacency.Fold(graph, x);
        Int8Table expected = new(a.Rows, Dimension), result = new(a.Rows, Dimension);
        Int8AggregationReference.Multiply(a, x, expected, 0, a.Rows);
        using var backend =
            new FpgaAggregationBackend(RtlSimulation.Aggregation(new() { Lanes = lanes, Latency = latency, Jitter = jitter }));
        AggregationRun run = backend.Aggregate(a, x, result);
        double ideal = (double)a.NonZeros * Dimension / lanes;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{lanes} lanes, latency {latency} + 0..{jitter}: {run.Cycles}, {run.Cycles!.Value / a.NonZeros:F4} an edge (ideal " +
            $"{ideal / a.NonZeros:F0}), {ideal / run.Cycles.Value:F4} beats a clock; stalls {run.Stalls}; moved {run.BytesMoved}"));
        output.WriteLine(FpgaPerformanceModel.Describe(FpgaPerformanceModel.Estimate(run, 1, FpgaBoard.AlveoU55C, 1)));
        output.WriteLine(FpgaPerformanceModel.Describe(FpgaPerformanceModel.Estimate(
            run, 1, FpgaBoard.AlveoU55C, tableBytes: (long)x.Rows * x.RowStride)));
        Assert.Equal(expected.Scales, result.Scales);
        Assert.True(expected.Storage.Span.SequenceEqual(result.Storage.Span));
        Assert.InRange(ideal / run.Cycles.Value, least, 1.0);
    }

    private static CsrMatrix Graph()
    {
        using ZipArchive zip = ZipFile.OpenRead(Path.Combine(RealData.Folder("gowalla"), "light_gcn_gowalla.zip"));
        ZipArchiveEntry entry = zip.Entries.Single(e => e.Name == "train.txt");
        using var reader = new StreamReader(entry.Open());
        var users = new List<int>();
        var items = new List<int>();
        while (reader.ReadLine() is { } line)
        {
            int[] numbers = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
            foreach (int item in numbers.AsSpan(1))
            {
                users.Add(numbers[0]);
                items.Add(item);
            }
        }

        int userCount = users.Max() + 1;
        int[] shifted = [.. items.Select(item => item + userCount)];
        int nodes = shifted.Max() + 1;
        int[] r = [.. users, .. shifted], c = [.. shifted, .. users];
        int[] degree = new int[nodes];
        foreach (int node in r)
            degree[node]++;
        float[] v = [.. r.Select((row, i) => 1f / MathF.Sqrt((float)degree[row] * degree[c[i]]))];
        return CsrMatrix.FromCoordinates(nodes, nodes, r, c, v);
    }
}
