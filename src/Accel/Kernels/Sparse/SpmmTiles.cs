using System.Runtime.CompilerServices;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>One column of Single.</summary>
internal unsafe struct ScalarTile : ISpmmTile
{
    private float _a;

    public static int Words => 1;

    public static int Columns => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, float* row) => _a = MathF.FusedMultiplyAdd(weight, *row, _a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row) => *row = _a;
}

/// <summary>One register of columns of Single.</summary>
/// <typeparam name="TLanes">Its operations.</typeparam>
/// <typeparam name="TVector">The register.</typeparam>
internal unsafe struct SingleTile<TLanes, TVector> : ISpmmTile
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private TVector _a;

    public static int Words => TLanes.Count;

    public static int Columns => TLanes.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, float* row) => _a = TLanes.FusedMultiplyAdd(TLanes.Fill(weight), TLanes.Load(row), _a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row) => TLanes.Store(_a, row);
}

/// <summary>
/// One register of words of a <see cref="BFloat16Table"/>: word w of a block of 32 columns holds column w and column 16 + w. The tiles of
/// a block stand in a <see cref="BlockTile{TTile}"/>.
/// </summary>
/// <typeparam name="TLanes">The operations of the register.</typeparam>
/// <typeparam name="TVector">The register.</typeparam>
internal unsafe struct HalvesTile<TLanes, TVector> : ISpmmTile
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private TVector _lower;
    private TVector _upper;

    public static int Words => TLanes.Count;

    public static int Columns => TLanes.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, float* row)
    {
        TVector w = TLanes.Fill(weight);
        _lower = TLanes.FusedMultiplyAdd(w, TLanes.Lower((uint*)row), _lower);
        _upper = TLanes.FusedMultiplyAdd(w, TLanes.Upper((uint*)row), _upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        TLanes.Store(_lower, row);
        TLanes.Store(_upper, row + BFloat16Table.BlockWords);
    }
}

/// <summary>A whole block of a <see cref="BFloat16Table"/>.</summary>
/// <typeparam name="TTile">What reads its 16 words.</typeparam>
internal unsafe struct BlockTile<TTile> : ISpmmTile
    where TTile : struct, ISpmmTile
{
#pragma warning disable CS0649, IDE0044 // written by its own Add
    private TTile _all;
#pragma warning restore CS0649, IDE0044

    public static int Words => BFloat16Table.BlockWords;

    public static int Columns => BFloat16Table.BlockColumns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, float* row) => _all.Add(weight, row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row) => _all.Store(row);
}

/// <summary>Two tiles side by side.</summary>
/// <typeparam name="TTile">Either of them.</typeparam>
internal unsafe struct TwoTiles<TTile> : ISpmmTile
    where TTile : struct, ISpmmTile
{
#pragma warning disable CS0649, IDE0044 // written by their own Add
    private TTile _left;
    private TTile _right;
#pragma warning restore CS0649, IDE0044

    public static int Words => 2 * TTile.Words;

    public static int Columns => 2 * TTile.Columns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, float* row)
    {
        _left.Add(weight, row);
        _right.Add(weight, row + TTile.Words);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* row)
    {
        _left.Store(row);
        _right.Store(row + TTile.Columns);
    }
}
