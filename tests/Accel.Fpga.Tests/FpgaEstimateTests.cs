namespace HybridRec.MLNet.Accel.Tests.Fpga;

/// <summary>What Auto is told: a board estimates, a simulation does not.</summary>
public sealed class FpgaEstimateTests
{
    private static readonly AggregationWork s_large = new(100_000_000, 1_000_000, 1_000_000, 64, Int8: true);

    [Fact]
    public void Estimate_Board_IsModeledAndCountsLaunchAndTransfer()
    {
        using var backend = new FpgaAggregationBackend(new Board(Provenance.Measured));
        AggregationEstimate large = backend.Estimate(s_large)!, small = backend.Estimate(new(200, 1, 200, 64, Int8: true))!;
        Assert.Equal(Provenance.Modeled, large.Time.Provenance);
        Assert.Contains("modeled", large.Reason, StringComparison.Ordinal);
        Assert.InRange(small.Time.Value, FpgaBoard.AlveoU55C.LaunchSeconds, FpgaBoard.AlveoU55C.LaunchSeconds * 1.1);
        // 100 million edges of four beats in two units at 300 MHz, or their bytes over half of two banks, whichever is longer; and the
        // transfer, the table once for each unit.
        double lanes = 100e6 * 4 / 2 / 300e6, memory = ((100e6 * (8 + 64)) + 64e6) / (2 * 14.375e9 * 0.5),
            transfer = ((2 * 64e6) + 800e6 + 64e6) / 10.7e9;
        Assert.Equal(60e-6 + transfer + Math.Max(lanes, memory), large.Time.Value, 1e-9);
    }

    [Fact]
    public void Estimate_Simulation_IsNone()
    {
        using var backend = new FpgaAggregationBackend(new Board(Provenance.Simulated));
        Assert.Null(backend.Estimate(s_large));
    }

    [Fact]
    public void Capabilities_NoSampler_DoesNotSample()
    {
        using var backend = new FpgaAggregationBackend(new Board(Provenance.Measured));
        Assert.False(backend.Capabilities.Sampling);
        Assert.False(backend.Capabilities.Single);
        Assert.Throws<NotSupportedException>(() => backend.Sample(
            NeighborTable.Uniform(Samples.Matrix(2, 2, 2, 1)), new int[1], 1, 0, new int[1], new int[1]));
    }

    // Says that it is the aggregation kernel, with 16 lanes; it is never started.
    private sealed class Board(Provenance provenance) : IFpgaDevice
    {
        public string Name => "no board";

        public Provenance Provenance => provenance;

        public int Units => 2;

        public Figure Clock => new(300e6, "cycles/s", Provenance.Modeled);

        public int Bank(int unit, int argument) => unit;

        public FpgaBuffer Allocate(long bytes, int bank) => throw new FpgaException();

        public void Write(FpgaBuffer buffer, ReadOnlySpan<byte> data) => throw new FpgaException();

        public void Read(FpgaBuffer buffer, Span<byte> data) => throw new FpgaException();

        public void Start(int unit, ReadOnlySpan<FpgaArgument> arguments) => throw new FpgaException();

        public void Wait(int unit, long work) => throw new FpgaException();

        public uint ReadRegister(int unit, int offset) =>
            offset == KernelRegisters.Kind ? KernelRegisters.AggregationKind : 16 | (16u << 16);

        public void Dispose()
        {
        }
    }
}
