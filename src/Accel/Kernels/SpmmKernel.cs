using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// Sparse times dense: y[r, :] = sum over entries (r, c, w) of w * x[c, :], in column order.
/// <para>The columns of x are covered, from the left, by tiles as wide as fit: with 512-bit registers 128, 64 or 32 columns, else
/// 64 or 32, then 8, and the last d mod 8 columns one by one. A tile keeps its sums of a row in registers over all entries of the row.
/// So d = 32, 64 and 128 are one pass that reads each neighbor once; other widths read the entries once a tile.</para>
/// <para>Rows of x are gathered from anywhere: a wide tile asks for the row of a coming entry while it adds the current one.</para>
/// </summary>
internal static unsafe class SpmmKernel
{
    // Entries ahead: far enough to hide the latency of memory, near enough for the row still to be in L1 when it is used.
    private const int PrefetchDistance = 16;

    private const int FloatsPerLine = 16;

    /// <summary>Computes rows <paramref name="firstRow"/> to <paramref name="endRow"/> (exclusive) of y = a * x.</summary>
    /// <param name="a">R x C sparse matrix.</param>
    /// <param name="x">C x dimension table, row-major.</param>
    /// <param name="y">R x dimension table, row-major; the rows named are overwritten, the others left alone.</param>
    /// <param name="dimension">Width of both tables.</param>
    /// <param name="firstRow">First row to compute.</param>
    /// <param name="endRow">Row after the last to compute.</param>
    /// <exception cref="ArgumentException">A length does not match, or the tables overlap.</exception>
    public static void Multiply(CsrMatrix a, ReadOnlySpan<float> x, Span<float> y, int dimension, int firstRow, int endRow)
    {
        Check(a, x, y, dimension);
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(endRow, a.Rows);
        if (!KernelPath.UseVector)
        {
            SpmmReference.Multiply(a, x, y, dimension, firstRow, endRow);
            return;
        }

        fixed (int* offsets = a.RowOffsets, columns = a.ColumnIndices)
        fixed (float* values = a.Values, source = x, destination = y)
        {
            var pass = new Pass(offsets, columns, values, a.NonZeros - 1, dimension, firstRow, endRow);
            for (int j = 0; j < dimension;)
                j += Tile(pass, dimension - j, source + j, destination + j);
        }
    }

    /// <summary>Checks the shapes of a product.</summary>
    public static void Check(CsrMatrix a, ReadOnlySpan<float> x, ReadOnlySpan<float> y, int dimension)
    {
        Guard.AtLeast(dimension, 1, nameof(dimension));
        Guard.Length(x.Length, (long)a.Columns * dimension, nameof(x), "columns of the matrix * dimension");
        Guard.Length(y.Length, (long)a.Rows * dimension, nameof(y), "rows of the matrix * dimension");
        if (x.Overlaps(y))
            Guard.Throw(nameof(y), $"The destination overlaps the source; give it a buffer of its own.");
    }

    private static int Tile(in Pass pass, int left, float* x, float* y) => left switch
    {
        >= 128 when Vector512.IsHardwareAccelerated => Rows<Tile512x8>(pass, x, y),
        >= 64 when Vector512.IsHardwareAccelerated => Rows<Tile512x4>(pass, x, y),
        >= 32 when Vector512.IsHardwareAccelerated => Rows<Tile512x2>(pass, x, y),
        >= 64 => Rows<Tile256x8>(pass, x, y),
        >= 32 => Rows<Tile256x4>(pass, x, y),
        >= 8 => Rows<Tile256x1>(pass, x, y),
        _ => Rows<TileScalar>(pass, x, y),
    };

    private static int Rows<TTile>(in Pass pass, float* x, float* y)
        where TTile : struct, ISpmmTile
    {
        // Locals, not fields: the compiler then keeps them in registers.
        int* columns = pass.Columns;
        float* values = pass.Values;
        nint stride = pass.Stride;
        int last = pass.LastEntry;
        int e = pass.Offsets[pass.First];
        for (int row = pass.First; row < pass.End; row++)
        {
            TTile sum = default;
            for (int end = pass.Offsets[row + 1]; e < end; e++)
            {
                Prefetch<TTile>(x, columns, Math.Min(e + PrefetchDistance, last), stride);
                sum.Add(values[e], x + (columns[e] * stride));
            }
            sum.Store(y + (row * stride));
        }
        return TTile.Width;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch<TTile>(float* x, int* columns, int entry, nint stride)
        where TTile : struct, ISpmmTile
    {
        // Rows of two lines come fast enough by themselves: out-of-order execution runs some fifty entries ahead of them, and asking
        // as well costs 15 % (measured; at 64 columns it saves 8 %).
        if (!Sse.IsSupported || TTile.Width <= 2 * FloatsPerLine)
            return;
        float* row = x + (columns[entry] * stride);
        Sse.Prefetch0(row);
        Sse.Prefetch0(row + FloatsPerLine);
        Sse.Prefetch0(row + (2 * FloatsPerLine));
        Sse.Prefetch0(row + (3 * FloatsPerLine));
        if (TTile.Width > 4 * FloatsPerLine)
        {
            Sse.Prefetch0(row + (4 * FloatsPerLine));
            Sse.Prefetch0(row + (5 * FloatsPerLine));
            Sse.Prefetch0(row + (6 * FloatsPerLine));
            Sse.Prefetch0(row + (7 * FloatsPerLine));
        }
    }

    /// <summary>What the tiles of one call share.</summary>
    private readonly struct Pass(int* offsets, int* columns, float* values, int lastEntry, nint stride, int first, int end)
    {
        public readonly int* Offsets = offsets;
        public readonly int* Columns = columns;
        public readonly float* Values = values;
        public readonly int LastEntry = lastEntry;
        public readonly nint Stride = stride;
        public readonly int First = first;
        public readonly int End = end;
    }
}
