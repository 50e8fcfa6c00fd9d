using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// The upper half of a <see cref="float"/>: its sign, its 8 bits of exponent and 7 of the fraction. The range of a float at half the memory, with a relative error of at most 2^-8 once rounded.
/// </summary>
/// <param name="Bits">The upper 16 bits.</param>
internal readonly record struct BFloat16(ushort Bits)
{
    /// <summary>Rounds to the nearest, ties to even; NaN stays NaN, and what is beyond the range becomes infinite.</summary>
    public static BFloat16 Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? new BFloat16((ushort)((bits >> 16) | 0x40)) : new BFloat16((ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }

    /// <summary>The float it stands for, exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float ToSingle() => BitConverter.UInt32BitsToSingle((uint)Bits << 16);

    /// <summary>Rounds a table.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static unsafe void Round(ReadOnlySpan<float> source, Span<BFloat16> destination)
    {
        Guard.Length(destination.Length, source.Length, nameof(destination), "one value for each of the source");
        int i = 0;
        if (Kernels.KernelPath.UseVector)
        {
            fixed (float* from = source)
            fixed (BFloat16* to = destination)
            {
                for (; i + 16 <= source.Length; i += 16)
                    Vector256.Narrow(Round(Vector256.Load(from + i)), Round(Vector256.Load(from + i + 8))).Store((ushort*)to + i);
            }
        }

        for (; i < source.Length; i++)
            destination[i] = Round(source[i]);
    }

    private static Vector256<uint> Round(Vector256<float> values)
    {
        Vector256<uint> bits = values.AsUInt32(), upper = bits >>> 16;
        Vector256<uint> rounded = (bits + Vector256.Create(0x7FFFu) + (upper & Vector256<uint>.One)) >>> 16;
        return Vector256.ConditionalSelect(Vector256.Equals(values, values).AsUInt32(), rounded, upper | Vector256.Create(0x40u));
    }
}
