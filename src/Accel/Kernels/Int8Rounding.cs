using System.Runtime.Intrinsics;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>Rounds numbers to 8 bits under a scale: <c>q = clamp(round-half-to-even(x / s), -127, 127)</c>. Both paths divide and round as IEEE 754 has it, so they give the same bytes.</summary>
internal static unsafe class Int8Rounding
{
    private const float Largest = 127;

    public static void Round(ReadOnlySpan<float> source, float scale, Span<sbyte> destination)
    {
        Guard.Length(destination.Length, source.Length, nameof(destination), "as many as the source");
        int i = 0;
        if (KernelPath.UseVector)
        {
            Vector256<float> divisor = Vector256.Create(scale), most = Vector256.Create(Largest);
            fixed (float* from = source)
            fixed (sbyte* to = destination)
            {
                for (; i <= source.Length - 32; i += 32)
                {
                    Vector256<short> low = Vector256.Narrow(Eight(from + i), Eight(from + i + 8)), high = Vector256.Narrow(Eight(from + i + 16), Eight(from + i + 24));
                    Vector256.Narrow(low, high).Store(to + i);
                }
            }

            Vector256<int> Eight(float* x) =>
                Vector256.ConvertToInt32(Vector256.Min(Vector256.Max(Vector256.Round(Vector256.Load(x) / divisor), -most), most));
        }

        for (; i < source.Length; i++)
            destination[i] = (sbyte)Math.Clamp(MathF.Round(source[i] / scale), -Largest, Largest);
    }
}
