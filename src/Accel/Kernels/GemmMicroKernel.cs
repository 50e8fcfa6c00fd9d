using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// The innermost part of a dense product: a tile of C (Rows x PanelWidth) is kept in registers while K products are added to it, one
/// fused multiply-add each, in order. With 512-bit registers the tile is 8 x 32 (16 sums, 2 loads and 1 broadcast: 19 of 32
/// registers), with 256-bit ones 4 x 16 (8 sums: 11 of 16). Either has more sums in flight than the unit's latency asks for.
/// </summary>
internal static unsafe class GemmMicroKernel
{
    /// <summary>Rows of a tile.</summary>
    public static readonly int Rows = Vector512.IsHardwareAccelerated ? 8 : 4;

    /// <summary>Computes one tile: c (+)= a * b.</summary>
    /// <param name="k">Length of the sums.</param>
    /// <param name="a">Element (0, 0) of the left factor's tile.</param>
    /// <param name="aRow">Distance between its rows.</param>
    /// <param name="aColumn">Distance between its columns.</param>
    /// <param name="lastRow">Last row of the left factor that exists; rows of the tile after it repeat it, and are not to be used.</param>
    /// <param name="b">Packed panel, PanelWidth columns.</param>
    /// <param name="c">Element (0, 0) of the tile of the product.</param>
    /// <param name="cRow">Distance between its rows.</param>
    /// <param name="accumulate">Whether to add to C instead of overwriting it.</param>
    public static void Tile(nint k, float* a, nint aRow, nint aColumn, int lastRow, float* b, float* c, nint cRow, bool accumulate)
    {
        if (Vector512.IsHardwareAccelerated)
            Tile512(k, a, aRow, aColumn, lastRow, b, c, cRow, accumulate);
        else
            Tile256(k, a, aRow, aColumn, lastRow, b, c, cRow, accumulate);
    }

    private static void Tile512(nint k, float* a, nint aRow, nint aColumn, int lastRow, float* b, float* c, nint cRow, bool accumulate)
    {
        Vector512<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        Vector512<float> c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default, c71 = default;
        float* a1 = a + (aRow * Math.Min(1, lastRow));
        float* a2 = a + (aRow * Math.Min(2, lastRow));
        float* a3 = a + (aRow * Math.Min(3, lastRow));
        float* a4 = a + (aRow * Math.Min(4, lastRow));
        float* a5 = a + (aRow * Math.Min(5, lastRow));
        float* a6 = a + (aRow * Math.Min(6, lastRow));
        float* a7 = a + (aRow * Math.Min(7, lastRow));
        for (nint p = 0; k > 0; k--, p += aColumn, b += 32)
        {
            Vector512<float> b0 = Vector512.Load(b);
            Vector512<float> b1 = Vector512.Load(b + 16);
            Add(a[p], b0, b1, ref c00, ref c01);
            Add(a1[p], b0, b1, ref c10, ref c11);
            Add(a2[p], b0, b1, ref c20, ref c21);
            Add(a3[p], b0, b1, ref c30, ref c31);
            Add(a4[p], b0, b1, ref c40, ref c41);
            Add(a5[p], b0, b1, ref c50, ref c51);
            Add(a6[p], b0, b1, ref c60, ref c61);
            Add(a7[p], b0, b1, ref c70, ref c71);
        }
        Store(c, accumulate, c00, c01);
        Store(c += cRow, accumulate, c10, c11);
        Store(c += cRow, accumulate, c20, c21);
        Store(c += cRow, accumulate, c30, c31);
        Store(c += cRow, accumulate, c40, c41);
        Store(c += cRow, accumulate, c50, c51);
        Store(c += cRow, accumulate, c60, c61);
        Store(c + cRow, accumulate, c70, c71);
    }

    private static void Tile256(nint k, float* a, nint aRow, nint aColumn, int lastRow, float* b, float* c, nint cRow, bool accumulate)
    {
        Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        float* a1 = a + (aRow * Math.Min(1, lastRow));
        float* a2 = a + (aRow * Math.Min(2, lastRow));
        float* a3 = a + (aRow * Math.Min(3, lastRow));
        for (nint p = 0; k > 0; k--, p += aColumn, b += 16)
        {
            Vector256<float> b0 = Vector256.Load(b);
            Vector256<float> b1 = Vector256.Load(b + 8);
            Add(a[p], b0, b1, ref c00, ref c01);
            Add(a1[p], b0, b1, ref c10, ref c11);
            Add(a2[p], b0, b1, ref c20, ref c21);
            Add(a3[p], b0, b1, ref c30, ref c31);
        }
        Store(c, accumulate, c00, c01);
        Store(c += cRow, accumulate, c10, c11);
        Store(c += cRow, accumulate, c20, c21);
        Store(c + cRow, accumulate, c30, c31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float a, Vector512<float> b0, Vector512<float> b1, ref Vector512<float> c0, ref Vector512<float> c1)
    {
        Vector512<float> factor = Vector512.Create(a);
        c0 = Vector512.FusedMultiplyAdd(factor, b0, c0);
        c1 = Vector512.FusedMultiplyAdd(factor, b1, c1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float a, Vector256<float> b0, Vector256<float> b1, ref Vector256<float> c0, ref Vector256<float> c1)
    {
        Vector256<float> factor = Vector256.Create(a);
        c0 = Vector256.FusedMultiplyAdd(factor, b0, c0);
        c1 = Vector256.FusedMultiplyAdd(factor, b1, c1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, bool accumulate, Vector512<float> c0, Vector512<float> c1)
    {
        (accumulate ? Vector512.Load(c) + c0 : c0).Store(c);
        (accumulate ? Vector512.Load(c + 16) + c1 : c1).Store(c + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, bool accumulate, Vector256<float> c0, Vector256<float> c1)
    {
        (accumulate ? Vector256.Load(c) + c0 : c0).Store(c);
        (accumulate ? Vector256.Load(c + 8) + c1 : c1).Store(c + 8);
    }
}
