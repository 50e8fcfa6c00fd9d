using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// The 32-bit sums of a block of columns of one row, held in registers while entries are added two by two: <c>sum_j += w_0 x_0j + w_1 x_1j</c>, one multiply-add of 16-bit pairs for each lane.
/// <para>Four registers share a block: register i, lane k holds column 4k + i. Then the bytes of two neighbors become pairs of words by shifts and masks alone, without a shuffle, and four registers
/// of results become the bytes of a row by shifts and masks again.</para>
/// </summary>
internal unsafe interface IInt8Tile
{
    /// <summary>Columns of a tile.</summary>
    static abstract int Width { get; }

    /// <summary>Adds two entries; the weights lie in the lower and the upper half of a word.</summary>
    void Add(int weights, sbyte* first, sbyte* second);

    /// <summary>Writes the sums, register after register.</summary>
    void Store(int* sums);
}

/// <summary>32 columns: four 256-bit registers.</summary>
internal unsafe struct Int8Tile256 : IInt8Tile
{
    private Vector256<int> _a;
    private Vector256<int> _b;
    private Vector256<int> _c;
    private Vector256<int> _d;

    public static int Width => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int weights, sbyte* first, sbyte* second)
    {
        Vector256<short> w = Vector256.Create(weights).AsInt16();
        Vector256<int> x = Vector256.Load((int*)first), y = Vector256.Load((int*)second), low = Vector256.Create(0xFFFF);
        Vector256<short> even = ((x & low) | (y << 16)).AsInt16(), odd = ((x >>> 16) | Vector256.AndNot(y, low)).AsInt16();
        _a += Pairs((even << 8) >> 8, w);
        _b += Pairs(even >> 8, w);
        _c += Pairs((odd << 8) >> 8, w);
        _d += Pairs(odd >> 8, w);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(int* sums)
    {
        _a.Store(sums);
        _b.Store(sums + 8);
        _c.Store(sums + 16);
        _d.Store(sums + 24);
    }

    /// <summary>Rounds stored sums to bytes, in the order of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(int* sums, int shift, sbyte* bytes)
    {
        Vector256<int> half = Vector256.Create((1 << shift) >> 1), most = Vector256.Create((int)sbyte.MaxValue), mask = Vector256.Create(0xFF);
        Vector256<int> packed = (Round(sums) & mask) | ((Round(sums + 8) & mask) << 8) | ((Round(sums + 16) & mask) << 16) | (Round(sums + 24) << 24);
        packed.Store((int*)bytes);

        Vector256<int> Round(int* at) => Vector256.Min((Vector256.Load(at) + half) >> shift, most);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Pairs(Vector256<short> x, Vector256<short> w)
    {
        if (Avx2.IsSupported)
            return Avx2.MultiplyAddAdjacent(x, w);
        Vector256<int> xs = x.AsInt32(), ws = w.AsInt32();
        return (((xs << 16) >> 16) * ((ws << 16) >> 16)) + ((xs >> 16) * (ws >> 16));
    }
}

/// <summary>64 columns: eight 256-bit registers.</summary>
internal unsafe struct Int8Tile256x2 : IInt8Tile
{
    private Int8Tile256 _low;
    private Int8Tile256 _high;

    public static int Width => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int weights, sbyte* first, sbyte* second)
    {
        _low.Add(weights, first, second);
        _high.Add(weights, first + 32, second + 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(int* sums)
    {
        _low.Store(sums);
        _high.Store(sums + 32);
    }
}

/// <summary>64 columns: four 512-bit registers.</summary>
internal unsafe struct Int8Tile512 : IInt8Tile
{
    private Vector512<int> _a;
    private Vector512<int> _b;
    private Vector512<int> _c;
    private Vector512<int> _d;

    public static int Width => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int weights, sbyte* first, sbyte* second)
    {
        Vector512<short> w = Vector512.Create(weights).AsInt16();
        Vector512<int> x = Vector512.Load((int*)first), y = Vector512.Load((int*)second), low = Vector512.Create(0xFFFF);
        Vector512<short> even = ((x & low) | (y << 16)).AsInt16(), odd = ((x >>> 16) | Vector512.AndNot(y, low)).AsInt16();
        _a += Avx512BW.MultiplyAddAdjacent((even << 8) >> 8, w);
        _b += Avx512BW.MultiplyAddAdjacent(even >> 8, w);
        _c += Avx512BW.MultiplyAddAdjacent((odd << 8) >> 8, w);
        _d += Avx512BW.MultiplyAddAdjacent(odd >> 8, w);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(int* sums)
    {
        _a.Store(sums);
        _b.Store(sums + 16);
        _c.Store(sums + 32);
        _d.Store(sums + 48);
    }

    /// <summary>Rounds stored sums to bytes, in the order of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(int* sums, int shift, sbyte* bytes)
    {
        Vector512<int> half = Vector512.Create((1 << shift) >> 1), most = Vector512.Create((int)sbyte.MaxValue), mask = Vector512.Create(0xFF);
        Vector512<int> packed = (Round(sums) & mask) | ((Round(sums + 16) & mask) << 8) | ((Round(sums + 32) & mask) << 16) | (Round(sums + 48) << 24);
        packed.Store((int*)bytes);

        Vector512<int> Round(int* at) => Vector512.Min((Vector512.Load(at) + half) >> shift, most);
    }
}
