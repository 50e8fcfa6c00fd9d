using System.Runtime.CompilerServices;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>Two tiles side by side.</summary>
/// <typeparam name="TTile">Either of them.</typeparam>
internal unsafe struct Int8Two<TTile> : IInt8Tile
    where TTile : struct, IInt8Tile
{
#pragma warning disable CS0649, IDE0044 // written by their own Add
    private TTile _low;
    private TTile _high;
#pragma warning restore CS0649, IDE0044

    public static int Width => 2 * TTile.Width;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int weights, sbyte* first, sbyte* second)
    {
        _low.Add(weights, first, second);
        _high.Add(weights, first + TTile.Width, second + TTile.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(int* sums)
    {
        _low.Store(sums);
        _high.Store(sums + TTile.Width);
    }
}
