using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// Some neighboring columns of one row of a product, held in registers while the row's entries are added up. Every tile adds
/// the same terms in the same order with one rounding each (fused multiply-add), so a value does not depend on the tile that
/// its column falls into.
/// </summary>
internal unsafe interface ISpmmTile
{
    /// <summary>Columns of the tile.</summary>
    static abstract int Width { get; }

    /// <summary>Adds weight * row, element by element.</summary>
    void Add(float weight, float* row);

    /// <summary>Writes the sums.</summary>
    void Store(float* row);
}

/// <summary>128 columns: eight 512-bit registers.</summary>
internal unsafe struct Tile512x8 : ISpmmTile
{
    private Tile512x4 _low;
    private Tile512x4 _high;

    public static int Width => 128;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, float* row)
    {
        _low.Add(weight, row);
        _high.Add(weight, row + 64);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        _low.Store(row);
        _high.Store(row + 64);
    }
}

/// <summary>64 columns: four 512-bit registers.</summary>
internal unsafe struct Tile512x4 : ISpmmTile
{
    private Vector512<float> _a;
    private Vector512<float> _b;
    private Vector512<float> _c;
    private Vector512<float> _d;

    public static int Width => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, float* row)
    {
        Vector512<float> w = Vector512.Create(weight);
        _a = Vector512.FusedMultiplyAdd(w, Vector512.Load(row), _a);
        _b = Vector512.FusedMultiplyAdd(w, Vector512.Load(row + 16), _b);
        _c = Vector512.FusedMultiplyAdd(w, Vector512.Load(row + 32), _c);
        _d = Vector512.FusedMultiplyAdd(w, Vector512.Load(row + 48), _d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        _a.Store(row);
        _b.Store(row + 16);
        _c.Store(row + 32);
        _d.Store(row + 48);
    }
}

/// <summary>32 columns: two 512-bit registers.</summary>
internal unsafe struct Tile512x2 : ISpmmTile
{
    private Vector512<float> _a;
    private Vector512<float> _b;

    public static int Width => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, float* row)
    {
        Vector512<float> w = Vector512.Create(weight);
        _a = Vector512.FusedMultiplyAdd(w, Vector512.Load(row), _a);
        _b = Vector512.FusedMultiplyAdd(w, Vector512.Load(row + 16), _b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        _a.Store(row);
        _b.Store(row + 16);
    }
}

/// <summary>64 columns: eight 256-bit registers.</summary>
internal unsafe struct Tile256x8 : ISpmmTile
{
    private Tile256x4 _low;
    private Tile256x4 _high;

    public static int Width => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, float* row)
    {
        _low.Add(weight, row);
        _high.Add(weight, row + 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        _low.Store(row);
        _high.Store(row + 32);
    }
}

/// <summary>32 columns: four 256-bit registers.</summary>
internal unsafe struct Tile256x4 : ISpmmTile
{
    private Vector256<float> _a;
    private Vector256<float> _b;
    private Vector256<float> _c;
    private Vector256<float> _d;

    public static int Width => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, float* row)
    {
        Vector256<float> w = Vector256.Create(weight);
        _a = Vector256.FusedMultiplyAdd(w, Vector256.Load(row), _a);
        _b = Vector256.FusedMultiplyAdd(w, Vector256.Load(row + 8), _b);
        _c = Vector256.FusedMultiplyAdd(w, Vector256.Load(row + 16), _c);
        _d = Vector256.FusedMultiplyAdd(w, Vector256.Load(row + 24), _d);
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

/// <summary>8 columns: one 256-bit register.</summary>
internal unsafe struct Tile256x1 : ISpmmTile
{
    private Vector256<float> _a;

    public static int Width => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, float* row) =>
        _a = Vector256.FusedMultiplyAdd(Vector256.Create(weight), Vector256.Load(row), _a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row) => _a.Store(row);
}

/// <summary>One column.</summary>
internal unsafe struct TileScalar : ISpmmTile
{
    private float _a;

    public static int Width => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, float* row) => _a = MathF.FusedMultiplyAdd(weight, *row, _a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row) => *row = _a;
}
