namespace HybridRec.MLNet.Accel;

/// <summary>The simulated device: its kernel, its memory, and when it is taken to hang.</summary>
public sealed record SimulationOptions
{
    /// <summary>Name of the environment variable with the path of the library that eng/build-fpga-sim.sh made.</summary>
    public const string LibraryVariable = "HYBRIDREC_FPGA_SIM";

    /// <summary>Path of the library.</summary>
    /// <value>The default is null: what <see cref="LibraryVariable"/> says.</value>
    public string? Library { get; init; }

    /// <summary>Lanes of a compute unit.</summary>
    /// <value>The default is 16.</value>
    public int Lanes { get; init; } = 16;

    /// <summary>Compute units.</summary>
    /// <value>The default is 1.</value>
    public int Units { get; init; } = 1;

    /// <summary>Bytes of device memory; what is not used costs nothing.</summary>
    /// <value>The default is 4 GiB.</value>
    public long MemoryBytes { get; init; } = 4L << 30;

    /// <summary>Cycles from a read to its first data.</summary>
    /// <value>The default is 64.</value>
    public int Latency { get; init; } = 64;

    /// <summary>Most cycles that a read takes longer, drawn evenly for each.</summary>
    /// <value>The default is 0.</value>
    public int Jitter { get; init; }

    /// <summary>Chance, each cycle, that data, an address or a word waits for no reason, 0 to .95.</summary>
    /// <value>The default is 0.</value>
    public double StallProbability { get; init; }

    /// <summary>Seed of jitter, stalls, and what registers hold before reset.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>A run that takes so many times the cycles of its work under this memory, and 100,000 more, hangs.</summary>
    /// <value>The default is 16.</value>
    public double Patience { get; init; } = 16;

    /// <summary>Clock that times are computed with, Hz.</summary>
    /// <value>The default is 150 MHz, what is reached on an ECP5-85 (docs/fpga.md).</value>
    public double ClockHertz { get; init; } = 150e6;

    /// <summary>The device is lost after so many cycles; for tests of what happens then.</summary>
    /// <value>The default is 0: never.</value>
    internal long LoseAfter { get; init; }

    /// <summary>The read burst of this number is answered with an error; for tests.</summary>
    /// <value>The default is 0: none.</value>
    internal int ErrorAtRead { get; init; }

    /// <summary>The write burst of this number is answered with an error; for tests.</summary>
    /// <value>The default is 0: none.</value>
    internal int ErrorAtWrite { get; init; }

    internal void Validate()
    {
        Guard.AtLeast(Lanes, 4, nameof(Lanes));
        Guard.AtLeast(Units, 1, nameof(Units));
        Guard.AtLeast(Latency, 1, nameof(Latency));
        Guard.AtLeast(Jitter, 0, nameof(Jitter));
        if (MemoryBytes < 1 << 16)
            Guard.Throw(nameof(MemoryBytes), $"MemoryBytes is {MemoryBytes}; a device has 65,536 or more.");
        if (!(StallProbability is >= 0 and <= 0.95))
            Guard.Throw(nameof(StallProbability), $"StallProbability is {StallProbability}; it has to be 0 to 0.95.");
        if (!(Patience >= 1 && double.IsFinite(Patience)))
            Guard.Throw(nameof(Patience), $"Patience is {Patience}; it has to be finite and 1 or more.");
        if (!(ClockHertz > 0 && double.IsFinite(ClockHertz)))
            Guard.Throw(nameof(ClockHertz), $"ClockHertz is {ClockHertz}; it has to be finite and above 0.");
    }
}
