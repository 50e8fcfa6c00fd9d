namespace HybridRec.MLNet.Accel;

/// <summary>What a unit counted in a run.</summary>
/// <param name="Cycles">From start to end.</param>
/// <param name="Work">Cycles in which a beat was added or a slot drawn.</param>
/// <param name="Starved">Cycles without data.</param>
/// <param name="Held">Cycles held up by results that found no room.</param>
/// <param name="WordsRead">Words of 8 bytes of records or requests.</param>
/// <param name="TableReads">Beats of the table, or columns.</param>
/// <param name="WordsWritten">Beats of results.</param>
internal readonly record struct FpgaCounters(
    long Cycles, long Work, long Starved, long Held, long WordsRead, long TableReads, long WordsWritten)
{
    /// <summary>Reads them, after a run without errors.</summary>
    public static FpgaCounters Read(IFpgaDevice device, int unit)
    {
        Span<long> c = stackalloc long[7];
        for (int i = 0; i < c.Length; i++)
            c[i] = device.ReadRegister(unit, KernelRegisters.Counter(i))
                | ((long)device.ReadRegister(unit, KernelRegisters.Counter(i) + 4) << 32);
        return new FpgaCounters(c[0], c[1], c[2], c[3], c[4], c[5], c[6]);
    }
}
