namespace HybridRec.MLNet.Accel;

/// <summary>An argument of a kernel: 64 bits, or a buffer, whose address is meant.</summary>
/// <param name="Value">The bits; unused for a buffer.</param>
/// <param name="Buffer">The buffer; null for bits.</param>
public readonly record struct FpgaArgument(ulong Value, FpgaBuffer? Buffer)
{
    /// <summary>Two words as one argument.</summary>
    /// <param name="low">Lower word.</param>
    /// <param name="high">Upper word.</param>
    /// <returns>The argument.</returns>
    public static FpgaArgument Words(uint low, uint high) => new(low | ((ulong)high << 32), null);

    /// <summary>The address of a buffer.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <returns>The argument.</returns>
    public static FpgaArgument Of(FpgaBuffer buffer) => new(0, buffer);
}
