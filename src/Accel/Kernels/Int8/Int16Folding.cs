using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// The two passes over a row by which scales are folded into its weights: the largest product, and the products rounded to 16 bits.
/// Products of two Singles are exact in Double, so all paths give the same weights.
/// </summary>
internal static unsafe class Int16Folding
{
    /// <summary>Weights are at most so large.</summary>
    public const double LargestWeight = 32767;

    // Entries of one turn of a loop.
    private const int Entries = 8;

    // Added to a small number it leaves no bits for a fraction: the sum is rounded half to even, and its lower bits are the whole number.
    private const double Rounder = 1.5 * (1L << 52);

    private static bool Use256 => KernelPath.Use256 && Avx2.IsSupported;

    /// <summary>The largest |value * scale of its column|; NaN if one is.</summary>
    public static double Largest(ReadOnlySpan<float> values, ReadOnlySpan<int> columns, ReadOnlySpan<float> scales)
    {
        int whole = Whole(values.Length);
        double largest = Int16FoldingReference.Largest(values[whole..], columns[whole..], scales);
        if (whole == 0)
            return largest;
        fixed (float* value = values, scale = scales)
        fixed (int* column = columns)
        {
            double most = Use256 ? Largest256(value, column, scale, whole) : Largest128(value, column, scale, whole);
            return Math.Max(largest, most);
        }
    }

    /// <summary>Rounds each value * scale of its column * inverse, half to even, to at most <see cref="LargestWeight"/>.</summary>
    public static void Round(
        ReadOnlySpan<float> values, ReadOnlySpan<int> columns, ReadOnlySpan<float> scales, double inverse, Span<short> weights)
    {
        int whole = Whole(values.Length);
        Int16FoldingReference.Round(values[whole..], columns[whole..], scales, inverse, weights[whole..]);
        fixed (float* value = values, scale = scales)
        fixed (int* column = columns)
        fixed (short* weight = weights)
        {
            if (Use256)
                Round256(value, column, scale, inverse, weight, whole);
            else
                Round128(value, column, scale, inverse, weight, whole);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Whole(int length) => KernelPath.UseVector ? length / Entries * Entries : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Largest256(float* value, int* column, float* scale, int whole)
    {
        Vector256<double> most = Vector256<double>.Zero, unordered = Vector256<double>.Zero;
        for (int e = 0; e < whole; e += 4)
        {
            Vector256<double> product = Vector256.Abs(Products(value + e, column + e, scale));
            most = Vector256.Max(most, product);
            unordered |= Vector256.Equals(product, product) ^ Vector256<double>.AllBitsSet;
        }

        return unordered == Vector256<double>.Zero ? Larger(Vector128.Max(most.GetLower(), most.GetUpper())) : double.NaN;
    }

    private static double Largest128(float* value, int* column, float* scale, int whole)
    {
        Vector128<double> most = Vector128<double>.Zero, unordered = Vector128<double>.Zero;
        for (int e = 0; e < whole; e += 4)
        {
            var (low, high) = Pair(value + e, column + e, scale);
            (low, high) = (Vector128.Abs(low), Vector128.Abs(high));
            most = Vector128.Max(most, Vector128.Max(low, high));
            unordered |= (Vector128.Equals(low, low) & Vector128.Equals(high, high)) ^ Vector128<double>.AllBitsSet;
        }

        return unordered == Vector128<double>.Zero ? Larger(most) : double.NaN;
    }

    private static double Larger(Vector128<double> most) => Math.Max(most[0], most[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round256(float* value, int* column, float* scale, double inverse, short* weight, int whole)
    {
        Vector256<double> factor = Vector256.Create(inverse);
        Vector128<short> least = Vector128.Create((short)-LargestWeight);
        for (int e = 0; e < whole; e += Entries)
        {
            Vector128<int> low = Avx.ConvertToVector128Int32(Products(value + e, column + e, scale) * factor);
            Vector128<int> high = Avx.ConvertToVector128Int32(Products(value + e + 4, column + e + 4, scale) * factor);
            Vector128.Max(Sse2.PackSignedSaturate(low, high), least).Store(weight + e);
        }
    }

    private static void Round128(float* value, int* column, float* scale, double inverse, short* weight, int whole)
    {
        Vector128<double> factor = Vector128.Create(inverse), most = Vector128.Create(LargestWeight), rounder = Vector128.Create(Rounder);
        for (int e = 0; e < whole; e += Entries)
            Vector128.Narrow(Four(e), Four(e + 4)).Store(weight + e);

        Vector128<int> Four(int e)
        {
            var (low, high) = Pair(value + e, column + e, scale);
            return Vector128.Narrow(Rounded(low * factor), Rounded(high * factor));
        }

        Vector128<long> Rounded(Vector128<double> x) => (Vector128.Min(Vector128.Max(x, -most), most) + rounder).AsInt64();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Products(float* values, int* columns, float* scales) =>
        Avx.ConvertToVector256Double(Vector128.Load(values))
        * Avx.ConvertToVector256Double(Avx2.GatherVector128(scales, Vector128.Load(columns), sizeof(float)));

    // Four products.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<double> Low, Vector128<double> High) Pair(float* values, int* columns, float* scales)
    {
        var (firstValue, secondValue) = Vector128.Widen(Vector128.Load(values));
        Vector128<float> gathered = Vector128.Create(scales[columns[0]], scales[columns[1]], scales[columns[2]], scales[columns[3]]);
        var (firstScale, secondScale) = Vector128.Widen(gathered);
        return (firstValue * firstScale, secondValue * secondScale);
    }
}
