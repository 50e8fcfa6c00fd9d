namespace HybridRec.MLNet.Accel;

/// <summary>What a call cost.</summary>
/// <param name="Cycles">Of the unit that took longest, summed over launches.</param>
/// <param name="Counters">Summed over units and launches.</param>
/// <param name="Transferred">Bytes between host and device.</param>
internal readonly record struct DriverRun(long Cycles, FpgaCounters Counters, long Transferred)
{
    public DriverRun With(long longest, FpgaCounters c) => this with
    {
        Cycles = Cycles + longest,
        Counters = new FpgaCounters(
            Counters.Cycles + c.Cycles, Counters.Work + c.Work, Counters.Starved + c.Starved, Counters.Held + c.Held,
            Counters.WordsRead + c.WordsRead, Counters.TableReads + c.TableReads, Counters.WordsWritten + c.WordsWritten),
    };

    public DriverRun Moved(long bytes) => this with { Transferred = Transferred + bytes };
}
