using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>16 columns: four registers of 128 bits.</summary>
internal unsafe struct Int8Tile128 : IInt8Tile
{
    private Vector128<int> _a;
    private Vector128<int> _b;
    private Vector128<int> _c;
    private Vector128<int> _d;

    public static int Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int weights, sbyte* first, sbyte* second)
    {
        Vector128<short> w = Vector128.Create(weights).AsInt16();
        Vector128<int> x = Vector128.Load((int*)first), y = Vector128.Load((int*)second), low = Vector128.Create(0xFFFF);
        Vector128<short> even = ((x & low) | (y << 16)).AsInt16(), odd = ((x >>> 16) | Vector128.AndNot(y, low)).AsInt16();
        _a += WordPairs.Multiply((even << 8) >> 8, w);
        _b += WordPairs.Multiply(even >> 8, w);
        _c += WordPairs.Multiply((odd << 8) >> 8, w);
        _d += WordPairs.Multiply(odd >> 8, w);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(int* sums)
    {
        _a.Store(sums);
        _b.Store(sums + 4);
        _c.Store(sums + 8);
        _d.Store(sums + 12);
    }

    /// <summary>Rounds stored sums to bytes, in the order of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack(int* sums, int shift, sbyte* bytes)
    {
        Vector128<int> half = Vector128.Create((1 << shift) >> 1), most = Vector128.Create((int)sbyte.MaxValue),
            mask = Vector128.Create(0xFF);
        Vector128<int> lower = (Round(sums) & mask) | ((Round(sums + 4) & mask) << 8);
        Vector128<int> upper = ((Round(sums + 8) & mask) << 16) | (Round(sums + 12) << 24);
        (lower | upper).Store((int*)bytes);

        Vector128<int> Round(int* at) => Vector128.Min((Vector128.Load(at) + half) >> shift, most);
    }
}
