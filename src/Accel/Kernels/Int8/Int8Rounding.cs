using System.Runtime.Intrinsics;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// Rounds numbers to 8 bits under a scale: <c>q = clamp(round-half-to-even(x / s), -127, 127)</c>. All paths divide and round as IEEE 754
/// has it, so they give the same bytes.
/// </summary>
internal static unsafe class Int8Rounding
{
    private const float Largest = 127;

    public static void Round(ReadOnlySpan<float> source, float scale, Span<sbyte> destination)
    {
        Guard.Length(destination.Length, source.Length, nameof(destination), "as many as the source");
        int i = 0;
        if (KernelPath.Use256)
            i = RoundVectors<Lanes256, Vector256<float>>(source, scale, destination);
        else if (KernelPath.UseVector)
            i = RoundVectors<Lanes128, Vector128<float>>(source, scale, destination);
        for (; i < source.Length; i++)
            destination[i] = (sbyte)Math.Clamp(MathF.Round(source[i] / scale), -Largest, Largest);
    }

    // As many as fill four registers each time; returns how many.
    private static int RoundVectors<TLanes, TVector>(ReadOnlySpan<float> source, float scale, Span<sbyte> destination)
        where TLanes : struct, IMathLanes<TVector>
        where TVector : struct
    {
        TVector divisor = TLanes.Fill(scale), most = TLanes.Fill(Largest);
        int i = 0;
        fixed (float* from = source)
        fixed (sbyte* to = destination)
        {
            for (; i <= source.Length - (4 * TLanes.Count); i += 4 * TLanes.Count)
            {
                TVector a = Quotient(from + i), b = Quotient(from + i + TLanes.Count);
                TVector c = Quotient(from + i + (2 * TLanes.Count)), d = Quotient(from + i + (3 * TLanes.Count));
                TLanes.StoreBytes(a, b, c, d, to + i);
            }
        }
        return i;

        TVector Quotient(float* x) => TLanes.Round(TLanes.Divide(TLanes.Load(x), divisor), most);
    }
}
