using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>Neighboring blocks of 32 columns of one row of a product over a <see cref="BFloat16Table"/>, held in registers; the rules are those of <see cref="ISpmmTile"/>.</summary>
internal unsafe interface ISpmmBFloat16Tile
{
    /// <summary>Blocks of the tile.</summary>
    static abstract int Blocks { get; }

    /// <summary>Adds weight * row, element by element.</summary>
    void Add(float weight, uint* row);

    /// <summary>Writes the sums.</summary>
    void Store(float* row);
}

/// <summary>One block: two 512-bit registers.</summary>
internal unsafe struct BFloat16Tile512 : ISpmmBFloat16Tile
{
    private Vector512<float> _low;
    private Vector512<float> _high;

    public static int Blocks => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, uint* row)
    {
        Vector512<float> w = Vector512.Create(weight);
        Vector512<uint> words = Vector512.Load(row);
        _low = Vector512.FusedMultiplyAdd(w, (words << 16).AsSingle(), _low);
        _high = Vector512.FusedMultiplyAdd(w, (words & Vector512.Create(0xFFFF0000u)).AsSingle(), _high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        _low.Store(row);
        _high.Store(row + 16);
    }
}

/// <summary>One block: four 256-bit registers.</summary>
internal unsafe struct BFloat16Tile256 : ISpmmBFloat16Tile
{
    private Vector256<float> _a;
    private Vector256<float> _b;
    private Vector256<float> _c;
    private Vector256<float> _d;

    public static int Blocks => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, uint* row)
    {
        Vector256<float> w = Vector256.Create(weight);
        Vector256<uint> first = Vector256.Load(row), second = Vector256.Load(row + 8), mask = Vector256.Create(0xFFFF0000u);
        _a = Vector256.FusedMultiplyAdd(w, (first << 16).AsSingle(), _a);
        _b = Vector256.FusedMultiplyAdd(w, (second << 16).AsSingle(), _b);
        _c = Vector256.FusedMultiplyAdd(w, (first & mask).AsSingle(), _c);
        _d = Vector256.FusedMultiplyAdd(w, (second & mask).AsSingle(), _d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        _a.Store(row);
        _b.Store(row + 8);
        _c.Store(row + 16);
        _d.Store(row + 24);
    }
}

/// <summary>Two blocks: four 512-bit registers.</summary>
internal unsafe struct BFloat16Tile512x2 : ISpmmBFloat16Tile
{
    private BFloat16Tile512 _left;
    private BFloat16Tile512 _right;

    public static int Blocks => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, uint* row)
    {
        _left.Add(weight, row);
        _right.Add(weight, row + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        _left.Store(row);
        _right.Store(row + 32);
    }
}

/// <summary>Four blocks: eight 512-bit registers.</summary>
internal unsafe struct BFloat16Tile512x4 : ISpmmBFloat16Tile
{
    private BFloat16Tile512x2 _left;
    private BFloat16Tile512x2 _right;

    public static int Blocks => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, uint* row)
    {
        _left.Add(weight, row);
        _right.Add(weight, row + 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        _left.Store(row);
        _right.Store(row + 64);
    }
}

/// <summary>Two blocks: eight 256-bit registers.</summary>
internal unsafe struct BFloat16Tile256x2 : ISpmmBFloat16Tile
{
    private BFloat16Tile256 _left;
    private BFloat16Tile256 _right;

    public static int Blocks => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, uint* row)
    {
        _left.Add(weight, row);
        _right.Add(weight, row + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        _left.Store(row);
        _right.Store(row + 32);
    }
}
