using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>32 columns: four registers of 256 bits.</summary>
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
        _a += WordPairs.Multiply((even << 8) >> 8, w);
        _b += WordPairs.Multiply(even >> 8, w);
        _c += WordPairs.Multiply((odd << 8) >> 8, w);
        _d += WordPairs.Multiply(odd >> 8, w);
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
        Vector256<int> half = Vector256.Create((1 << shift) >> 1), most = Vector256.Create((int)sbyte.MaxValue),
            mask = Vector256.Create(0xFF);
        Vector256<int> lower = (Round(sums) & mask) | ((Round(sums + 8) & mask) << 8);
        Vector256<int> upper = ((Round(sums + 16) & mask) << 16) | (Round(sums + 24) << 24);
        (lower | upper).Store((int*)bytes);

        Vector256<int> Round(int* at) => Vector256.Min((Vector256.Load(at) + half) >> shift, most);
    }
}
