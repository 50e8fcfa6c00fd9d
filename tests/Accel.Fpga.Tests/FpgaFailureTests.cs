using HybridRec.MLNet.Conformance;

namespace HybridRec.MLNet.Accel.Tests.Fpga;

/// <summary>What goes wrong is a clear error: no hang, no wrong answer.</summary>
public sealed class FpgaFailureTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybridrec-fpga");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Open_NoLibrary_SaysHowToBuildIt()
    {
        string missing = Path.Combine(_folder.FullName, "none.so");
        Assert.Contains(
            "eng/build-fpga-sim.sh",
            Assert.Throws<BackendUnavailableException>(() => RtlSimulation.Aggregation(new() { Library = missing })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoSharedLibrary_SaysSo()
    {
        string text = Path.Combine(_folder.FullName, "text.so");
        File.WriteAllText(text, "not a library");
        Assert.Contains(
            "cannot be loaded",
            Assert.Throws<BackendUnavailableException>(() => RtlSimulation.Aggregation(new() { Library = text })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OtherVersion_SaysWhich()
    {
        _ = FpgaLibrary.Path;
        string other = Compile("int hr_sim_abi(void) { return 99; }");
        Assert.Contains(
            "version 99", Assert.Throws<BackendUnavailableException>(() => RtlSimulation.Aggregation(new() { Library = other })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OtherLibrary_NamesTheFunction()
    {
        _ = FpgaLibrary.Path;
        string other = Compile("int hr_sim_abi(void) { return 1; }");
        Assert.Contains(
            "hr_sim_kernels",
            Assert.Throws<BackendUnavailableException>(() => RtlSimulation.Aggregation(new() { Library = other })).Message,
            StringComparison.Ordinal);
        Assert.Contains("xrtDeviceOpen", Assert.Throws<BackendUnavailableException>(() =>
            XrtDevice.Aggregation(FpgaLibrary.Xrt(_folder.FullName) with { Library = other })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LanesNotBuilt_NamesThoseThatAre()
    {
        _ = FpgaLibrary.Path;
        Assert.Contains(
            "agg16x1", Assert.Throws<BackendUnavailableException>(() => RtlSimulation.Aggregation(new() { Lanes = 20 })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OtherKernel_SaysWhatItIs()
    {
        _ = FpgaLibrary.Path;
        using RtlSimulation sampling = RtlSimulation.Sampling();
        Assert.Contains(
            "'HRS1'", Assert.Throws<FpgaException>(() => new FpgaAggregationBackend(sampling)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_BadOptions_Throw()
    {
        foreach (SimulationOptions bad in (SimulationOptions[])[
            new() { StallProbability = 0.96 }, new() { Patience = double.NaN }, new() { Latency = 0 }, new() { MemoryBytes = 1 },
            new() { ClockHertz = 0 }, new() { Units = 0 }])
            Assert.ThrowsAny<ArgumentException>(() => RtlSimulation.Aggregation(bad));
    }

    [Fact]
    public void Aggregate_DeviceLost_SaysSo()
    {
        using FpgaAggregationBackend backend = FpgaLibrary.Create(new() { LoseAfter = 5_000 });
        Assert.Contains("was lost at cycle 5000", Assert.Throws<FpgaException>(() => Run(backend)).Message, StringComparison.Ordinal);
        Assert.Throws<FpgaException>(() => Run(backend));
    }

    [Fact]
    public void Aggregate_ReadError_NamesTheTable()
    {
        using FpgaAggregationBackend backend = FpgaLibrary.Create(new() { ErrorAtRead = 700 });
        Assert.Contains("answered with an error", Assert.Throws<FpgaException>(() => Run(backend)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Aggregate_WriteError_NamesTheResults()
    {
        using FpgaAggregationBackend backend = FpgaLibrary.Create(new() { ErrorAtWrite = 10 });
        Assert.Contains("a write of results", Assert.Throws<FpgaException>(() => Run(backend)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Aggregate_AfterAReadError_NextRunIsRight()
    {
        using FpgaAggregationBackend backend = FpgaLibrary.Create(new() { ErrorAtRead = 700 });
        Assert.Throws<FpgaException>(() => Run(backend));
        Run(backend);
    }

    [Fact]
    public void Start_ColumnOutsideTheTable_NamesIt()
    {
        using RtlSimulation device = Device();
        KernelRun(device, [7UL | (5UL << 32) | EdgeRecord.Last], tableRows: 7, rows: 1);
        Assert.Equal(8u, device.ReadRegister(0, KernelRegisters.Errors));
        Assert.Equal(7u, device.ReadRegister(0, KernelRegisters.OutsideIndex));
    }

    [Fact]
    public void Sample_ListOutsideTheEntries_NamesTheFirst()
    {
        _ = FpgaLibrary.Path;
        using RtlSimulation device = RtlSimulation.Sampling();
        FpgaBuffer requests = device.Allocate(4096, 0), columns = device.Allocate(4096, 0), result = device.Allocate(4096, 0);
        const int Entries = 4, Fanout = 4, First = 5, Degree = 3;
        device.Write(requests, System.Runtime.InteropServices.MemoryMarshal.AsBytes<ulong>([First | ((ulong)Degree << 32), 0]));
        device.Start(0,
        [
            FpgaArgument.Words(2, Entries), FpgaArgument.Words((Fanout - 1) | (4u << 24), 1),
            FpgaArgument.Of(requests), FpgaArgument.Of(columns), FpgaArgument.Of(columns), FpgaArgument.Of(result),
        ]);
        device.Wait(0, Fanout);
        Assert.Equal(8u, device.ReadRegister(0, KernelRegisters.Errors));
        Assert.Equal((uint)First, device.ReadRegister(0, KernelRegisters.OutsideIndex));
    }

    [Fact]
    public void Sample_DeviceLostOrReadError_SaysSo()
    {
        NeighborTable table = NeighborTable.Uniform(BackendGraphs.PowerLaw(400, 5));
        int[] nodes = [.. Enumerable.Range(0, 400)], drawn = new int[400 * 8], counts = new int[400];
        using FpgaAggregationBackend lost = FpgaLibrary.Create(new() { LoseAfter = 1_000 }),
            wrong = FpgaLibrary.Create(new() { ErrorAtRead = 100 });
        Assert.Contains(
            "was lost at cycle 1000", Assert.Throws<FpgaException>(() => lost.Sample(table, nodes, 8, 1, drawn, counts)).Message,
            StringComparison.Ordinal);
        Assert.Throws<FpgaException>(() => lost.Sample(table, nodes, 8, 1, drawn, counts));
        Assert.Contains(
            "answered with an error", Assert.Throws<FpgaException>(() => wrong.Sample(table, nodes, 8, 1, drawn, counts)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Start_LastRowLeftOpen_EndsWithAnErrorAndDoesNotHang()
    {
        using RtlSimulation device = Device();
        KernelRun(device, [EdgeRecord.Pack(0, 1, last: true), EdgeRecord.Pack(0, 1, last: false)], tableRows: 7, rows: 3);
        Assert.Equal(16u, device.ReadRegister(0, KernelRegisters.Errors));
        Assert.Equal(2u, device.ReadRegister(0, KernelRegisters.Number));
    }

    [Fact]
    public void Start_NoRecords_Ends()
    {
        using RtlSimulation device = Device();
        KernelRun(device, [], tableRows: 7, rows: 0);
        Assert.Equal(0u, device.ReadRegister(0, KernelRegisters.Errors));
    }

    [Fact]
    public void Wait_NotStarted_IsAHang()
    {
        using RtlSimulation device = Device();
        Assert.Contains("hangs", Assert.Throws<FpgaException>(() => device.Wait(0, 10)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Allocate_MoreThanThereIs_Throws()
    {
        using RtlSimulation device = Device();
        Assert.Contains(
            "bytes in one piece", Assert.Throws<FpgaException>(() => device.Allocate(1L << 40, 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Register_NotThere_IsAnError()
    {
        using RtlSimulation device = Device();
        Assert.Contains(
            "no such register", Assert.Throws<FpgaException>(() => device.ReadRegister(9, 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_ThenUse_Throws()
    {
        FpgaAggregationBackend backend = FpgaLibrary.Create(new());
        backend.Dispose();
        backend.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Run(backend));
    }

    [Fact]
    public void Xrt_NoXrt_SaysSo()
    {
        string binary = Path.Combine(_folder.FullName, "k.xclbin");
        File.WriteAllText(binary, "");
        Assert.Contains("Install XRT", Assert.Throws<BackendUnavailableException>(() =>
            XrtDevice.Aggregation(new() { Xclbin = binary, Library = "libnone_xrt.so.2" })).Message, StringComparison.Ordinal);
        Assert.Contains(
            "no file", Assert.Throws<BackendUnavailableException>(() => XrtDevice.Aggregation(new() { Xclbin = binary + "x" })).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Program", Assert.Throws<BackendUnavailableException>(() => AggregationBackends.Create("fpga")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Xrt_BinaryForAnotherDevice_SaysSo()
    {
        XrtOptions options = FpgaLibrary.Xrt(_folder.FullName);
        File.WriteAllText(options.Xclbin, "xclbin2 for another platform");
        Assert.Contains(
            "no binary for this board", Assert.Throws<BackendUnavailableException>(() => XrtDevice.Aggregation(options)).Message,
            StringComparison.Ordinal);
        XrtOptions without = FpgaLibrary.Xrt(_folder.FullName, "hr_agg_kernel=agg16x1", units: 2);
        Assert.Contains(
            "hr_agg_kernel_2", Assert.Throws<BackendUnavailableException>(() => XrtDevice.Aggregation(without)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "no device 3",
            Assert.Throws<BackendUnavailableException>(() => XrtDevice.Aggregation(without with { DeviceIndex = 3 })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Xrt_DeviceLostOrHanging_SaysSo()
    {
        using (var lost =
            new FpgaAggregationBackend(XrtDevice.Aggregation(FpgaLibrary.Xrt(_folder.FullName, "hr_agg_kernel=agg16x1 lose:5000"))))
            Assert.Contains("reset the board", Assert.Throws<FpgaException>(() => Run(lost)).Message, StringComparison.Ordinal);
        using var slow =
            new FpgaAggregationBackend(XrtDevice.Aggregation(FpgaLibrary.Xrt(_folder.FullName, "hr_agg_kernel=agg16x1 patience:100")));
        Assert.Contains("hangs", Assert.Throws<FpgaException>(() => Run(slow)).Message, StringComparison.Ordinal);
    }

    private static RtlSimulation Device()
    {
        _ = FpgaLibrary.Path;
        return RtlSimulation.Aggregation();
    }

    private static void Run(FpgaAggregationBackend backend)
    {
        (Int16Adjacency a, Int8Table x) = BackendCases.Get("power-law-d64");
        Int8Table result = new(a.Rows, 64), expected = new(a.Rows, 64);
        new CpuAggregationBackend().Aggregate(a, x, expected);
        backend.Aggregate(a, x, result);
        Assert.True(expected.Storage.Span.SequenceEqual(result.Storage.Span));
    }

    // A run below the driver, which would never send such records.
    private static void KernelRun(RtlSimulation device, ulong[] records, uint tableRows, uint rows)
    {
        FpgaBuffer edges = device.Allocate(4096, 0), table = device.Allocate(4096, 0), result = device.Allocate(4096, 0),
            shifts = device.Allocate(4096, 0);
        device.Write(edges, System.Runtime.InteropServices.MemoryMarshal.AsBytes<ulong>(records));
        var layout = new RowLayout(1, 16, 16, 16, Raw: false);
        device.Start(0,
        [
            FpgaArgument.Words((uint)records.Length, rows), FpgaArgument.Words(tableRows, layout.Format),
            FpgaArgument.Of(edges), FpgaArgument.Of(table), FpgaArgument.Of(result), FpgaArgument.Of(shifts),
        ]);
        device.Wait(0, records.Length);
    }

    private string Compile(string source)
    {
        string code = Path.Combine(_folder.FullName, "other.c"), library = Path.Combine(_folder.FullName, "other.so");
        File.WriteAllText(code, source);
        using var compiler = System.Diagnostics.Process.Start("g++", ["-shared", "-fPIC", "-x", "c", "-o", library, code]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return library;
    }
}
