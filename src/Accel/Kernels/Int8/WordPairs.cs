using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>Products of 16-bit numbers, added in pairs to 32 bits: one instruction of x86, put together elsewhere.</summary>
internal static class WordPairs
{
    /// <summary>sum of lane k = x_2k w_2k + x_2k+1 w_2k+1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Multiply(Vector128<short> x, Vector128<short> w)
    {
        if (Sse2.IsSupported)
            return Sse2.MultiplyAddAdjacent(x, w);
        if (AdvSimd.Arm64.IsSupported)
            return AdvSimd.Arm64.AddPairwise(
                AdvSimd.MultiplyWideningLower(x.GetLower(), w.GetLower()), AdvSimd.MultiplyWideningUpper(x, w));
        Vector128<int> xs = x.AsInt32(), ws = w.AsInt32();
        return (((xs << 16) >> 16) * ((ws << 16) >> 16)) + ((xs >> 16) * (ws >> 16));
    }

    /// <inheritdoc cref="Multiply(Vector128{short}, Vector128{short})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Multiply(Vector256<short> x, Vector256<short> w) => Avx2.IsSupported
        ? Avx2.MultiplyAddAdjacent(x, w)
        : Vector256.Create(Multiply(x.GetLower(), w.GetLower()), Multiply(x.GetUpper(), w.GetUpper()));

    /// <inheritdoc cref="Multiply(Vector128{short}, Vector128{short})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Multiply(Vector512<short> x, Vector512<short> w) => Avx512BW.IsSupported
        ? Avx512BW.MultiplyAddAdjacent(x, w)
        : Vector512.Create(Multiply(x.GetLower(), w.GetLower()), Multiply(x.GetUpper(), w.GetUpper()));

    /// <summary>Adds products to four sums, each to any of them: what all lanes add up to is the dot product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Accumulate(Vector128<int> sums, Vector128<short> x, Vector128<short> w)
    {
        if (!AdvSimd.IsSupported)
            return sums + Multiply(x, w);
        return AdvSimd.MultiplyWideningUpperAndAdd(AdvSimd.MultiplyWideningLowerAndAdd(sums, x.GetLower(), w.GetLower()), x, w);
    }
}
