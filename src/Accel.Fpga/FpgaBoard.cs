namespace HybridRec.MLNet.Accel;

/// <summary>
/// A board as the performance model sees it: the clock of its kernels, its memory banks, its link to the host. All of it is assumption;
/// <see cref="FpgaPerformanceModel"/> marks what it makes of it.
/// </summary>
public sealed record FpgaBoard
{
    /// <summary>
    /// AMD Alveo U55C: 32 pseudo channels of 14.375 GB/s (UG1393), of which rows read at random get half (AMD's guidance; Shuhai, arXiv
    /// 2005.04324, measured up to .92 on streams), 300 MHz assumed (published U280 designs reach 166 to 253 MHz), 10.7 GB/s to the host and
    /// 60 microseconds a launch (profiles published with FlowGNN on a U50).
    /// </summary>
    public static FpgaBoard AlveoU55C { get; } = new()
    {
        Name = "Alveo U55C",
        ClockHertz = 300e6,
        BankBytesPerSecond = 14.375e9,
        Banks = 32,
    };

    /// <summary>
    /// A board with a Lattice ECP5-85 and one 16-bit DDR3-800 memory (1.6 GB/s); the clock is what place and route reaches for 16 lanes
    /// (docs/fpga.md), the link to the host 100 MB/s (gigabit Ethernet).
    /// </summary>
    public static FpgaBoard Ecp5Ddr3 { get; } = new()
    {
        Name = "ECP5-85 with DDR3",
        ClockHertz = 150e6,
        BankBytesPerSecond = 1.6e9,
        Banks = 1,
        HostBytesPerSecond = 100e6,
        LaunchSeconds = 200e-6,
    };

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Clock of the kernels, Hz.</summary>
    public required double ClockHertz { get; init; }

    /// <summary>Peak of one memory bank, bytes a second.</summary>
    public required double BankBytesPerSecond { get; init; }

    /// <summary>Memory banks; a compute unit has one for itself, and no two units share one.</summary>
    public required int Banks { get; init; }

    /// <summary>Share of the peak that rows read at random get.</summary>
    /// <value>The default is 0.5.</value>
    public double RandomEfficiency { get; init; } = 0.5;

    /// <summary>Link to the host, bytes a second.</summary>
    /// <value>The default is 10.7 GB/s.</value>
    public double HostBytesPerSecond { get; init; } = 10.7e9;

    /// <summary>Time from the call to the start of a kernel and from its end to the return.</summary>
    /// <value>The default is 60 microseconds.</value>
    public double LaunchSeconds { get; init; } = 60e-6;

    internal void Validate()
    {
        foreach ((string name, double value) in (ReadOnlySpan<(string, double)>)
            [
                (nameof(ClockHertz), ClockHertz), (nameof(BankBytesPerSecond), BankBytesPerSecond),
                (nameof(RandomEfficiency), RandomEfficiency), (nameof(HostBytesPerSecond), HostBytesPerSecond)])
        {
            if (!(value > 0 && double.IsFinite(value)))
                Guard.Throw(name, $"{name} of the board '{Name}' is {value}; it has to be finite and above 0.");
        }

        if (!(LaunchSeconds >= 0 && double.IsFinite(LaunchSeconds)))
            Guard.Throw(
                nameof(LaunchSeconds), $"LaunchSeconds of the board '{Name}' is {LaunchSeconds}; it has to be finite and not negative.");
        if (RandomEfficiency > 1)
            Guard.Throw(
                nameof(RandomEfficiency), $"RandomEfficiency of the board '{Name}' is {RandomEfficiency}; it is a share, at most 1.");
        Guard.AtLeast(Banks, 1, nameof(Banks));
    }
}
