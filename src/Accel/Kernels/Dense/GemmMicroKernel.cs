using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// The innermost part of a dense product: a tile of C (Rows x PanelWidth) is kept in registers while K products are added to it, one
/// fused multiply-add each, in order. A tile is two registers wide. Where there are 32 registers (512 bits, and arm64) it has 8 rows:
/// 16 sums, 2 loads and 1 broadcast; where there are 16 it has 4: 11 registers. Either has more sums in flight than the unit's latency
/// asks for.
/// </summary>
internal static unsafe class GemmMicroKernel
{
    /// <summary>Rows of a tile.</summary>
    public static int Rows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => KernelPath.Use512 || (AdvSimd.IsSupported && !KernelPath.Use256) ? 8 : 4;
    }

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
        if (KernelPath.Use512)
            Tile8<Lanes512, Vector512<float>>(k, a, aRow, aColumn, lastRow, b, c, cRow, accumulate);
        else if (KernelPath.Use256)
            Tile4<Lanes256, Vector256<float>>(k, a, aRow, aColumn, lastRow, b, c, cRow, accumulate);
        else if (AdvSimd.IsSupported)
            Tile8<Lanes128, Vector128<float>>(k, a, aRow, aColumn, lastRow, b, c, cRow, accumulate);
        else
            Tile4<Lanes128, Vector128<float>>(k, a, aRow, aColumn, lastRow, b, c, cRow, accumulate);
    }

    private static void Tile8<TLanes, TVector>(
        nint k, float* a, nint aRow, nint aColumn, int lastRow, float* b, float* c, nint cRow, bool accumulate)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        TVector c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default, c71 = default;
        float* a1 = a + (aRow * Math.Min(1, lastRow));
        float* a2 = a + (aRow * Math.Min(2, lastRow));
        float* a3 = a + (aRow * Math.Min(3, lastRow));
        float* a4 = a + (aRow * Math.Min(4, lastRow));
        float* a5 = a + (aRow * Math.Min(5, lastRow));
        float* a6 = a + (aRow * Math.Min(6, lastRow));
        float* a7 = a + (aRow * Math.Min(7, lastRow));
        for (nint p = 0; k > 0; k--, p += aColumn, b += 2 * TLanes.Count)
        {
            TVector b0 = TLanes.Load(b);
            TVector b1 = TLanes.Load(b + TLanes.Count);
            Add<TLanes, TVector>(a[p], b0, b1, ref c00, ref c01);
            Add<TLanes, TVector>(a1[p], b0, b1, ref c10, ref c11);
            Add<TLanes, TVector>(a2[p], b0, b1, ref c20, ref c21);
            Add<TLanes, TVector>(a3[p], b0, b1, ref c30, ref c31);
            Add<TLanes, TVector>(a4[p], b0, b1, ref c40, ref c41);
            Add<TLanes, TVector>(a5[p], b0, b1, ref c50, ref c51);
            Add<TLanes, TVector>(a6[p], b0, b1, ref c60, ref c61);
            Add<TLanes, TVector>(a7[p], b0, b1, ref c70, ref c71);
        }
        Store<TLanes, TVector>(c, accumulate, c00, c01);
        Store<TLanes, TVector>(c += cRow, accumulate, c10, c11);
        Store<TLanes, TVector>(c += cRow, accumulate, c20, c21);
        Store<TLanes, TVector>(c += cRow, accumulate, c30, c31);
        Store<TLanes, TVector>(c += cRow, accumulate, c40, c41);
        Store<TLanes, TVector>(c += cRow, accumulate, c50, c51);
        Store<TLanes, TVector>(c += cRow, accumulate, c60, c61);
        Store<TLanes, TVector>(c + cRow, accumulate, c70, c71);
    }

    private static void Tile4<TLanes, TVector>(
        nint k, float* a, nint aRow, nint aColumn, int lastRow, float* b, float* c, nint cRow, bool accumulate)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        float* a1 = a + (aRow * Math.Min(1, lastRow));
        float* a2 = a + (aRow * Math.Min(2, lastRow));
        float* a3 = a + (aRow * Math.Min(3, lastRow));
        for (nint p = 0; k > 0; k--, p += aColumn, b += 2 * TLanes.Count)
        {
            TVector b0 = TLanes.Load(b);
            TVector b1 = TLanes.Load(b + TLanes.Count);
            Add<TLanes, TVector>(a[p], b0, b1, ref c00, ref c01);
            Add<TLanes, TVector>(a1[p], b0, b1, ref c10, ref c11);
            Add<TLanes, TVector>(a2[p], b0, b1, ref c20, ref c21);
            Add<TLanes, TVector>(a3[p], b0, b1, ref c30, ref c31);
        }
        Store<TLanes, TVector>(c, accumulate, c00, c01);
        Store<TLanes, TVector>(c += cRow, accumulate, c10, c11);
        Store<TLanes, TVector>(c += cRow, accumulate, c20, c21);
        Store<TLanes, TVector>(c + cRow, accumulate, c30, c31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TLanes, TVector>(float a, TVector b0, TVector b1, ref TVector c0, ref TVector c1)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        TVector factor = TLanes.Fill(a);
        c0 = TLanes.FusedMultiplyAdd(factor, b0, c0);
        c1 = TLanes.FusedMultiplyAdd(factor, b1, c1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes, TVector>(float* c, bool accumulate, TVector c0, TVector c1)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        TLanes.Store(accumulate ? TLanes.Add(TLanes.Load(c), c0) : c0, c);
        TLanes.Store(accumulate ? TLanes.Add(TLanes.Load(c + TLanes.Count), c1) : c1, c + TLanes.Count);
    }
}
