using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>64 columns: four registers of 512 bits.</summary>
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
        _a += WordPairs.Multiply((even << 8) >> 8, w);
        _b += WordPairs.Multiply(even >> 8, w);
        _c += WordPairs.Multiply((odd << 8) >> 8, w);
        _d += WordPairs.Multiply(odd >> 8, w);
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
        Vector512<int> half = Vector512.Create((1 << shift) >> 1), most = Vector512.Create((int)sbyte.MaxValue),
            mask = Vector512.Create(0xFF);
        Vector512<int> lower = (Round(sums) & mask) | ((Round(sums + 16) & mask) << 8);
        Vector512<int> upper = ((Round(sums + 32) & mask) << 16) | (Round(sums + 48) << 24);
        (lower | upper).Store((int*)bytes);

        Vector512<int> Round(int* at) => Vector512.Min((Vector512.Load(at) + half) >> shift, most);
    }
}
