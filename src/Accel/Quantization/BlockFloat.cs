using System.Numerics;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// How sums become numbers of a table again, the same on every backend. BFP8: of the accumulators a_j of a row,
/// <c>b = bit length of OR_j (a_j XOR sign(a_j))</c> (sign: all ones below 0), the shift <c>s = max(0, b - 7)</c>, the number
/// <c>sat8((a_j + 2^(s-1)) >> s)</c> by an arithmetic shift that rounds halves up, nothing added where s is 0; the scale of the row is
/// <c>t_v 2^s</c>. Saturation can happen at 127 only. Raw: <c>sat32(a_j)</c> under the scale t_v.
/// </summary>
internal static class BlockFloat
{
    /// <summary>Bits of a number besides its sign.</summary>
    public const int MantissaBits = 7;

    /// <summary>What the row's shift is found from: OR of these over its accumulators.</summary>
    public static long Magnitude(long accumulator) => accumulator ^ (accumulator >> 63);

    /// <summary>The shift of a row.</summary>
    /// <param name="magnitudes">OR of <see cref="Magnitude"/> over the row.</param>
    public static int Shift(long magnitudes) => Math.Max(0, 64 - BitOperations.LeadingZeroCount((ulong)magnitudes) - MantissaBits);

    /// <summary>A number of the table.</summary>
    public static sbyte Round(long accumulator, int shift) =>
        (sbyte)Math.Clamp((accumulator + ((1L << shift) >> 1)) >> shift, sbyte.MinValue, sbyte.MaxValue);

    /// <summary>A raw number.</summary>
    public static int Saturate(long accumulator) => (int)Math.Clamp(accumulator, int.MinValue, int.MaxValue);

    /// <summary>The scale of a row of the result.</summary>
    /// <exception cref="ArgumentException">It is no Single.</exception>
    public static float Scale(float rowScale, int shift, int row)
    {
        float scale = rowScale * (1L << shift);
        if (!float.IsFinite(scale))
            Guard.Throw(
                nameof(rowScale),
                $"The sums of row {row} have the scale {rowScale} * 2^{shift}, which is no Single: the weights times the scales of the table are too large. Scale the table down.");
        return scale;
    }
}
