using System.Runtime.InteropServices;
using HybridRec.MLNet.Conformance;

namespace HybridRec.MLNet.Accel.Tests.Backends;

public sealed unsafe class OpenClAggregationBackendTests
{
    [Fact]
    public void Program_WrittenAndLoadedBack_GivesTheSameBytes()
    {
        OpenClAggregationBackend built = OpenClForTests.Shared;
        string file = Path.GetTempFileName();
        try
        {
            built.SaveProgram(file);
            using var loaded = new OpenClAggregationBackend(new AggregationSettings { Program = file, Device = built.Device });
            (Int16Adjacency a, Int8Table x) = BackendCases.Get("mixed-d65");
            Int8Table expected = new(a.Rows, 65), result = new(a.Rows, 65);
            built.Aggregate(a, x, expected);
            loaded.Aggregate(a, x, result);
            Assert.Equal(expected.Storage.Span, result.Storage.Span);
            Assert.Equal(expected.Scales, result.Scales);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Program_OfAnotherDevice_IsAClearError()
    {
        OpenClAggregationBackend built = OpenClForTests.Shared;
        string file = Path.GetTempFileName();
        try
        {
            foreach (byte[] wrong in (byte[][])["xclbin2\0 of a card that is not here"u8.ToArray(), [.. "poclbin"u8, .. new byte[64]]])
            {
                File.WriteAllBytes(file, wrong);
                string message = Assert.Throws<BackendUnavailableException>(() =>
                    new OpenClAggregationBackend(new AggregationSettings { Program = file })).Message;
                Assert.Contains(file, message, StringComparison.Ordinal);
                Assert.Contains(built.Device, message, StringComparison.Ordinal);
            }

            File.WriteAllBytes(file, []);
            Assert.Contains("empty", Assert.Throws<BackendUnavailableException>(() =>
                new OpenClAggregationBackend(new AggregationSettings { Program = file })).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Contains("cannot be read", Assert.Throws<BackendUnavailableException>(() =>
            new OpenClAggregationBackend(new AggregationSettings { Program = file + ".none" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Device_NotThere_NamesThoseThereAre()
    {
        string device = OpenClForTests.Shared.Device;
        string message = Assert.Throws<BackendUnavailableException>(() => AggregationBackends.Create(
            "opencl", new AggregationSettings { Device = "no such card" })).Message;
        Assert.Contains("no such card", message, StringComparison.Ordinal);
        Assert.Contains(device, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Aggregate_DeviceLost_IsAClearErrorNowAndLater()
    {
        _ = OpenClForTests.Shared;
        OpenClApi api = OpenClApi.Load(Environment.GetEnvironmentVariable(OpenClApi.Variable));
        using var backend = new OpenClAggregationBackend(api, new AggregationSettings());
        (Int16Adjacency a, Int8Table x) = BackendCases.Get("power-law-d64");
        var result = new Int8Table(a.Rows, 64);
        backend.Aggregate(a, x, result);
        api.EnqueueKernel = &Lost;
        string first = Assert.Throws<BackendUnavailableException>(() => backend.Aggregate(a, x, result)).Message;
        Assert.Contains("CL_DEVICE_NOT_AVAILABLE", first, StringComparison.Ordinal);
        Assert.Contains("lost", first, StringComparison.Ordinal);
        Assert.Equal(first, Assert.Throws<BackendUnavailableException>(() => backend.AggregateRaw(a, x, new int[a.Rows * 64])).Message);
        Assert.Equal(first, Assert.Throws<BackendUnavailableException>(() => backend.Aggregate(
            new CsrMatrix(1, 1, [0, 0], [], []), new float[4], new float[4], 4)).Message);
    }

    [Fact]
    public void Library_OfSomethingElse_IsAClearError()
    {
        Assert.Contains(
            "cannot be loaded", Assert.Throws<BackendUnavailableException>(() => OpenClApi.Load("/no/such/libOpenCL.so")).Message,
            StringComparison.Ordinal);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a shared library that every machine has.");
        Assert.Contains(
            "clGetPlatformIDs", Assert.Throws<BackendUnavailableException>(() => OpenClApi.Load("libc.so.6")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Aggregate_Again_TransfersOnlyWhatChanged()
    {
        _ = OpenClForTests.Shared;
        using var backend = new OpenClAggregationBackend();
        CsrMatrix graph = BackendGraphs.PowerLaw(500, 3);
        Int8Table x = Int8Table.Quantize(BackendGraphs.Normal(500 * 64, 4), 64), y = new(500, 64), z = new(500, 64);
        Int16Adjacency first = Int16Adjacency.Fold(graph, x);
        double all = backend.Aggregate(first, x, y).BytesTransferred!.Value, again = backend.Aggregate(first, x, y).BytesTransferred!.Value;
        double result = (500 * 64) + 500;
        Assert.Equal(result, again); // the result comes back, nothing goes out
        Assert.Equal(result + (501 * 4) + (graph.NonZeros * (4 + 2)) + (500 * 64), all);
        Int16Adjacency second = Int16Adjacency.Fold(graph, y);
        // the table lies there as the last result
        Assert.Equal(result + (graph.NonZeros * 2), backend.Aggregate(second, y, z).BytesTransferred!.Value);

        // Written to by another backend: what lies on the device is out of date.
        new CpuAggregationBackend().Aggregate(second, y, x);
        Int8Table expected = new(500, 64), actual = new(500, 64);
        Int16Adjacency third = Int16Adjacency.Fold(graph, x);
        new CpuAggregationBackend().Aggregate(third, x, expected);
        backend.Aggregate(third, x, actual);
        Assert.Equal(expected.Storage.Span, actual.Storage.Span);
    }

    [Fact]
    public void Split_Pieces_CoverAllRowsWithinTheirBounds()
    {
        CsrMatrix graph = BackendGraphs.OfDegrees(3000, [.. Enumerable.Repeat(2000, 300), .. Enumerable.Repeat(0, 1000)], 1);
        List<int> bounds = OpenClPieces.Split(graph, 200);
        Assert.Equal((0, graph.Rows), (bounds[0], bounds[^1]));
        for (int piece = 0; piece + 1 < bounds.Count; piece++)
        {
            Assert.InRange(bounds[piece + 1] - bounds[piece], 1, 200);
            Assert.InRange(graph.RowOffsets[bounds[piece + 1]] - graph.RowOffsets[bounds[piece]], 0, 1 << 18);
        }

        Assert.Empty(OpenClPieces.Split(new CsrMatrix(0, 0, [0], [], []), 5).Skip(1));
    }

    [Fact]
    public void Aggregate_ManyPieces_BytesOfTheCpu()
    {
        CsrMatrix graph = BackendGraphs.OfDegrees(3000, [.. Enumerable.Repeat(2000, 600), .. Enumerable.Repeat(1, 300)], 1);
        Int8Table x = Int8Table.Quantize(BackendGraphs.Normal(3000 * 40, 4), 40), expected = new(900, 40), actual = new(900, 40);
        Int16Adjacency a = Int16Adjacency.Fold(graph, x);
        new CpuAggregationBackend().Aggregate(a, x, expected);
        OpenClForTests.Shared.Aggregate(a, x, actual);
        Assert.Equal(expected.Storage.Span, actual.Storage.Span);
        Assert.Equal(expected.Scales, actual.Scales);
    }

    [Fact]
    public void Dispose_ThenUse_Throws()
    {
        _ = OpenClForTests.Shared;
        var backend = new OpenClAggregationBackend();
        backend.Dispose();
        backend.Dispose();
        Assert.Throws<ObjectDisposedException>(() => backend.Aggregate(new CsrMatrix(1, 1, [0, 0], [], []), new float[4], new float[4], 4));
    }

    [UnmanagedCallersOnly]
    private static int Lost(
        nint queue, nint kernel, uint dimensions, nuint* offset, nuint* global, nuint* local, uint count, nint* wait, nint* done) =>
        -2;
}
