using HybridRec.MLNet.Accel.Kernels.Reference;
using HybridRec.MLNet.Conformance;

namespace HybridRec.MLNet.Accel.Tests.Fpga;

/// <summary>The register map, and what the conformance table does not reach.</summary>
public sealed class FpgaControlTests
{
    [Fact]
    public void Control_Done_IsClearedByReadingOnce()
    {
        _ = FpgaLibrary.Path;
        using RtlSimulation device = RtlSimulation.Aggregation(new() { MemoryBytes = 1 << 20 });
        Assert.Equal(KernelRegisters.Idle, device.ReadRegister(0, KernelRegisters.Control));
        device.Start(0, Nothing(device));
        // Wait reads the register, and throws where done is not set.
        device.Wait(0, 0);
        Assert.Equal(KernelRegisters.Idle, device.ReadRegister(0, KernelRegisters.Control));
    }

    [Fact]
    public void Control_InterruptSwitchedOff_DoesNotInterrupt()
    {
        _ = FpgaLibrary.Path;
        using RtlSimulation device = RtlSimulation.Aggregation(new() { MemoryBytes = 1 << 20 });
        device.WriteRegister(0, KernelRegisters.InterruptOn, 0);
        device.Start(0, Nothing(device));
        Assert.Contains("no interrupt", Assert.Throws<FpgaException>(() => device.Wait(0, 0)).Message, StringComparison.Ordinal);
        Assert.Equal(1u, device.ReadRegister(0, KernelRegisters.InterruptState));
        Assert.Equal(
            KernelRegisters.Done | KernelRegisters.Idle,
            device.ReadRegister(0, KernelRegisters.Control) & (KernelRegisters.Done | KernelRegisters.Idle));
    }

    [Fact]
    public void Arguments_WrittenAreReadBack()
    {
        _ = FpgaLibrary.Path;
        using RtlSimulation device = RtlSimulation.Aggregation(new() { MemoryBytes = 1 << 20 });
        for (int i = 0; i < 8; i++)
            device.WriteRegister(0, KernelRegisters.Argument(i) + 4, 0xABC00000u + (uint)i);
        for (int i = 0; i < 8; i++)
            Assert.Equal(0xABC00000u + (uint)i, device.ReadRegister(0, KernelRegisters.Argument(i) + 4));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    public void Shape_Lanes_AsBuilt(int lanes)
    {
        Assert.SkipUnless(FpgaLibrary.Kernels.Contains($"agg{lanes}x1"), $"The library was built without {lanes} lanes.");
        FpgaAggregationBackend backend = FpgaLibrary.Shared(new() { Lanes = lanes });
        Assert.Equal(lanes, backend.Lanes);
        Assert.Equal(lanes * 16, backend.Capabilities.MostDimension);
    }

    [Fact]
    public void Sample_SeedThatWouldGiveNoState_NeighborsOfTheReference()
    {
        CsrMatrix graph = BackendGraphs.OfDegrees(500, BackendGraphs.Same(20, 100), 3);
        int[] expected = new int[8], result = new int[8], count = new int[1];
        const int Node = 13;
        uint seed = unchecked((uint)Node * 0x9E3779B9u);
        NeighborSamplingReference.Sample(NeighborTable.Uniform(graph), Node, seed, expected);
        FpgaLibrary.Shared(new()).Sample(NeighborTable.Uniform(graph), new[] { Node }, 8, seed, result, count);
        Assert.Equal(expected, result);
    }

    [Theory]
    [InlineData(16, 1)]
    [InlineData(16, 17)]
    [InlineData(32, 1)]
    [InlineData(64, 1)]
    public void Aggregate_AnyNumberOfRows_ShiftsOfTheReference(int lanes, int dimension)
    {
        Assert.SkipUnless(FpgaLibrary.Kernels.Contains($"agg{lanes}x1"), $"The library was built without {lanes} lanes.");
        for (int rows = 1; rows <= 2 * lanes + 8; rows++)
        {
            CsrMatrix pattern = BackendGraphs.OfDegrees(50, [.. Enumerable.Range(0, rows).Select(i => 1 + (i % 2))], rows);
            var a = new Int16Adjacency(pattern, BackendGraphs.Weights(pattern.NonZeros, rows), BackendGraphs.Same(rows, 1f));
            Int8Table x = Int8Table.FromValues(50, dimension, BackendGraphs.Bytes(50 * dimension, rows), BackendGraphs.Same(50, 1f)),
                expected = new(rows, dimension), result = new(rows, dimension);
            Int8AggregationReference.Multiply(a, x, expected, 0, rows);
            FpgaLibrary.Shared(new() { Lanes = lanes }).Aggregate(a, x, result);
            Assert.Equal(expected.Scales, result.Scales);
            Assert.True(expected.Storage.Span.SequenceEqual(result.Storage.Span), $"{rows} rows");
        }
    }

    [Fact]
    public void Aggregate_FiguresOfTheRun_AreMarkedAndAddUp()
    {
        (Int16Adjacency a, Int8Table x) = BackendCases.Get("power-law-d64");
        AggregationRun run = FpgaLibrary.Shared(new()).Aggregate(a, x, new Int8Table(a.Rows, 64));
        Assert.Equal(Provenance.Simulated, run.Cycles!.Provenance);
        Assert.Equal(Provenance.Simulated, run.Stalls!.Provenance);
        Assert.Equal(Provenance.Simulated, run.BytesMoved!.Provenance);
        // The clock of a simulation is an assumption.
        Assert.Equal(Provenance.Modeled, run.Time.Provenance);
        Assert.Equal("s", run.Time.Unit);
        int empty = Enumerable.Range(0, a.Rows).Count(row => a.RowOffsets[row] == a.RowOffsets[row + 1]);
        long shifts = (a.Rows + 15) / 16 * 16;
        Assert.Equal(((a.NonZeros + empty) * 8L) + (a.NonZeros * 64L) + (a.Rows * 64L) + shifts, run.BytesMoved.Value);
        Assert.True(run.Stalls.Value < run.Cycles.Value);
    }

    [Fact]
    public void Aggregate_Again_TransfersTheTableOnlyWhenItChanged()
    {
        using FpgaAggregationBackend backend = FpgaLibrary.Create(new());
        CsrMatrix graph = BackendGraphs.PowerLaw(500, 3);
        Int8Table x = Int8Table.Quantize(BackendGraphs.Normal(500 * 64, 4), 64), y = new(500, 64), z = new(500, 64);
        Int16Adjacency first = Int16Adjacency.Fold(graph, x);
        double all = backend.Aggregate(first, x, y).BytesTransferred!.Value, again = backend.Aggregate(first, x, y).BytesTransferred!.Value;
        Assert.Equal(500 * 64, all - again);

        // Written to by another backend: what lies on the device is out of date.
        Int16Adjacency second = Int16Adjacency.Fold(graph, y);
        new CpuAggregationBackend().Aggregate(second, y, x);
        Int8Table expected = new(500, 64);
        Int16Adjacency third = Int16Adjacency.Fold(graph, x);
        new CpuAggregationBackend().Aggregate(third, x, expected);
        Assert.Equal(all, backend.Aggregate(third, x, z).BytesTransferred!.Value);
        Assert.True(expected.Storage.Span.SequenceEqual(z.Storage.Span));
    }

    // A run over no records.
    private static FpgaArgument[] Nothing(RtlSimulation device)
    {
        FpgaArgument page = FpgaArgument.Of(device.Allocate(4096, 0));
        return [FpgaArgument.Words(0, 0), FpgaArgument.Words(1, new RowLayout(1, 16, 16, 16, Raw: false).Format), page, page, page, page];
    }
}
