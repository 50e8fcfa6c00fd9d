namespace HybridRec.MLNet.Accel.Tests.Fpga;

public sealed class FpgaPerformanceModelTests
{
    private static readonly AggregationRun s_run = new("fpga", new Figure(1, "s", Provenance.Modeled))
    {
        Cycles = new Figure(3e6, "cycles", Provenance.Simulated),
        BytesMoved = new Figure(115e6, "B", Provenance.Simulated),
        BytesTransferred = new Figure(107e6, "B", Provenance.Simulated),
    };

    [Fact]
    public void Estimate_OneUnit_FollowsTheFormula()
    {
        FpgaEstimate estimate = FpgaPerformanceModel.Estimate(s_run, 1, FpgaBoard.AlveoU55C, 1);
        Assert.Equal(60e-6, estimate.Launch.Value, 1e-12);
        Assert.Equal(0.01, estimate.Transfer.Value, 1e-12);
        Assert.Equal(0.01, estimate.Compute.Value, 1e-12);
        Assert.Equal(0.016, estimate.Memory.Value, 1e-12);
        Assert.Equal(60e-6 + 0.01 + 0.016, estimate.Total.Value, 1e-12);
        Assert.True(estimate.IsMemoryBound);
    }

    [Fact]
    public void Estimate_Resident_MovesNothing() =>
        Assert.Equal(60e-6 + 0.016, FpgaPerformanceModel.Estimate(s_run, 1, FpgaBoard.AlveoU55C, 1, resident: true).Total.Value, 1e-12);

    [Fact]
    public void Estimate_Table_IsTransferredForEachUnit() =>
        Assert.Equal(
            (107e6 + (3 * 10.7e6)) / 10.7e9,
            FpgaPerformanceModel.Estimate(s_run, 1, FpgaBoard.AlveoU55C, 4, tableBytes: 10_700_000).Transfer.Value, 1e-12);

    [Fact]
    public void Estimate_ManyUnits_ShareTheWork()
    {
        FpgaEstimate all = FpgaPerformanceModel.Estimate(s_run, 4, FpgaBoard.AlveoU55C);
        Assert.Equal(32, all.Units);
        Assert.Equal(3e6 * 4 / 32 / 300e6, all.Compute.Value, 1e-15);
        Assert.False(all.IsMemoryBound);
    }

    [Fact]
    public void Estimate_EveryFigure_IsModeled()
    {
        FpgaEstimate estimate = FpgaPerformanceModel.Estimate(s_run, 1, FpgaBoard.Ecp5Ddr3);
        Assert.All(
            [estimate.Launch, estimate.Transfer, estimate.Compute, estimate.Memory, estimate.Kernel, estimate.Total],
            figure => Assert.Equal(Provenance.Modeled, figure.Provenance));
        string text = FpgaPerformanceModel.Describe(estimate);
        Assert.Equal(5, text.Split("modeled").Length - 1);
        Assert.Contains("memory decides", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Estimate_BadInput_Throws()
    {
        Assert.Contains(
            "32 banks", Assert.Throws<ArgumentException>(() => FpgaPerformanceModel.Estimate(s_run, 1, FpgaBoard.AlveoU55C, 33)).Message,
            StringComparison.Ordinal);
        Assert.Contains("no cycles", Assert.Throws<ArgumentException>(() => FpgaPerformanceModel.Estimate(
            s_run with { Cycles = null }, 1, FpgaBoard.AlveoU55C)).Message, StringComparison.Ordinal);
        foreach (FpgaBoard bad in (FpgaBoard[])[
            FpgaBoard.AlveoU55C with { ClockHertz = 0 }, FpgaBoard.AlveoU55C with { RandomEfficiency = 1.1 },
            FpgaBoard.AlveoU55C with { LaunchSeconds = double.NaN }, FpgaBoard.AlveoU55C with { Banks = 0 }])
            Assert.ThrowsAny<ArgumentException>(() => FpgaPerformanceModel.Estimate(s_run, 1, bad));
    }
}
