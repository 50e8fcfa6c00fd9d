using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>The two passes over a row by which scales are folded into its weights: the largest product, and the products rounded to 16 bits. Products of two Singles are exact in Double.</summary>
internal static unsafe class Int16Folding
{
    /// <summary>Weights are at most so large.</summary>
    public const double LargestWeight = 32767;

    /// <summary>The largest |value * scale of its column|; NaN if one is.</summary>
    public static double Largest(ReadOnlySpan<float> values, ReadOnlySpan<int> columns, ReadOnlySpan<float> scales)
    {
        int whole = Avx2.IsSupported && KernelPath.UseVector ? values.Length / 8 * 8 : 0;
        double largest = Int16FoldingReference.Largest(values[whole..], columns[whole..], scales);
        if (whole == 0)
            return largest;
        Vector256<double> most = Vector256<double>.Zero, unordered = Vector256<double>.Zero;
        fixed (float* value = values, scale = scales)
        fixed (int* column = columns)
        {
            for (int e = 0; e < whole; e += 4)
            {
                Vector256<double> product = Vector256.Abs(Products(value + e, column + e, scale));
                most = Vector256.Max(most, product);
                unordered |= Vector256.Equals(product, product) ^ Vector256<double>.AllBitsSet;
            }
        }

        if (unordered != Vector256<double>.Zero)
            return double.NaN;
        for (int lane = 0; lane < Vector256<double>.Count; lane++)
            largest = Math.Max(largest, most[lane]);
        return largest;
    }

    /// <summary>Rounds each value * scale of its column * inverse, half to even, to at most <see cref="LargestWeight"/>.</summary>
    public static void Round(ReadOnlySpan<float> values, ReadOnlySpan<int> columns, ReadOnlySpan<float> scales, double inverse, Span<short> weights)
    {
        int whole = Avx2.IsSupported && KernelPath.UseVector ? values.Length / 8 * 8 : 0;
        Int16FoldingReference.Round(values[whole..], columns[whole..], scales, inverse, weights[whole..]);
        Vector256<double> factor = Vector256.Create(inverse);
        Vector128<short> least = Vector128.Create((short)-LargestWeight);
        fixed (float* value = values, scale = scales)
        fixed (int* column = columns)
        fixed (short* weight = weights)
        {
            for (int e = 0; e < whole; e += 8)
            {
                Vector128<int> low = Avx.ConvertToVector128Int32(Products(value + e, column + e, scale) * factor), high = Avx.ConvertToVector128Int32(Products(value + e + 4, column + e + 4, scale) * factor);
                Vector128.Max(Sse2.PackSignedSaturate(low, high), least).Store(weight + e);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Products(float* values, int* columns, float* scales) =>
        Avx.ConvertToVector256Double(Vector128.Load(values)) * Avx.ConvertToVector256Double(Avx2.GatherVector128(scales, Vector128.Load(columns), sizeof(float)));
}
