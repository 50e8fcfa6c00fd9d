using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// <see cref="SpmmKernel"/> over a table of <see cref="BFloat16Table"/>: half as many bytes are gathered, sums are of float. The result has the bytes of the product over the rounded floats.
/// Tiles are of 128, 64 or 32 columns with 512-bit registers, of 64 or 32 without; the last block is computed whole and what exists of it copied out.
/// </summary>
internal static unsafe class SpmmBFloat16Kernel
{
    private const int PrefetchDistance = 16;
    private const int WordsPerLine = 16;

    /// <summary>Computes rows <paramref name="firstRow"/> to <paramref name="endRow"/> (exclusive) of y = a * x.</summary>
    /// <param name="a">R x C sparse matrix.</param>
    /// <param name="x">C packed rows.</param>
    /// <param name="y">R x dimension table, row-major; the rows named are overwritten, the others left alone.</param>
    /// <param name="dimension">Columns of both.</param>
    /// <param name="firstRow">First row to compute.</param>
    /// <param name="endRow">Row after the last to compute.</param>
    /// <exception cref="ArgumentException">A length does not match.</exception>
    public static void Multiply(CsrMatrix a, ReadOnlySpan<uint> x, Span<float> y, int dimension, int firstRow, int endRow)
    {
        Guard.AtLeast(dimension, 1, nameof(dimension));
        int words = BFloat16Table.RowWords(dimension);
        Guard.Length(x.Length, (long)a.Columns * words, nameof(x), "columns of the matrix * words of a row");
        Guard.Length(y.Length, (long)a.Rows * dimension, nameof(y), "rows of the matrix * dimension");
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(endRow, a.Rows);
        if (!KernelPath.UseVector)
        {
            SpmmBFloat16Reference.Multiply(a, x, y, dimension, firstRow, endRow);
            return;
        }

        fixed (int* offsets = a.RowOffsets, columns = a.ColumnIndices)
        fixed (float* values = a.Values, destination = y)
        fixed (uint* source = x)
        {
            var pass = new Pass(offsets, columns, values, a.NonZeros - 1, words, dimension, firstRow, endRow);
            for (int block = 0; block * BFloat16Table.BlockColumns < dimension;)
            {
                int first = block * BFloat16Table.BlockColumns;
                block += Tile(pass, dimension - first, source + (block * BFloat16Table.BlockWords), destination + first);
            }
        }
    }

    private static int Tile(in Pass pass, int left, uint* x, float* y) => left switch
    {
        >= 128 when Vector512.IsHardwareAccelerated => Rows<BFloat16Tile512x4>(pass, x, y, left),
        >= 64 when Vector512.IsHardwareAccelerated => Rows<BFloat16Tile512x2>(pass, x, y, left),
        _ when Vector512.IsHardwareAccelerated => Rows<BFloat16Tile512>(pass, x, y, left),
        >= 64 => Rows<BFloat16Tile256x2>(pass, x, y, left),
        _ => Rows<BFloat16Tile256>(pass, x, y, left),
    };

    [SkipLocalsInit]
    private static int Rows<TTile>(in Pass pass, uint* x, float* y, int left)
        where TTile : struct, ISpmmBFloat16Tile
    {
        // Locals, not fields: the compiler then keeps them in registers.
        int* columns = pass.Columns;
        float* values = pass.Values;
        nint words = pass.Words;
        int last = pass.LastEntry, e = pass.Offsets[pass.First];
        float* edge = stackalloc float[BFloat16Table.BlockColumns];
        bool whole = left >= TTile.Blocks * BFloat16Table.BlockColumns;
        for (int row = pass.First; row < pass.End; row++)
        {
            TTile sum = default;
            for (int end = pass.Offsets[row + 1]; e < end; e++)
            {
                if (TTile.Blocks > 1)
                    Prefetch(x + (columns[Math.Min(e + PrefetchDistance, last)] * words), TTile.Blocks);
                sum.Add(values[e], x + (columns[e] * words));
            }

            float* destination = y + ((nint)row * pass.Dimension);
            if (whole)
            {
                sum.Store(destination);
                continue;
            }

            sum.Store(edge);
            new ReadOnlySpan<float>(edge, left).CopyTo(new Span<float>(destination, left));
        }

        return TTile.Blocks;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(uint* row, int lines)
    {
        if (!Sse.IsSupported)
            return;
        Sse.Prefetch0(row);
        Sse.Prefetch0(row + WordsPerLine);
        if (lines > 2)
        {
            Sse.Prefetch0(row + (2 * WordsPerLine));
            Sse.Prefetch0(row + (3 * WordsPerLine));
        }
    }

    /// <summary>What the tiles of one call share.</summary>
    private readonly struct Pass(int* offsets, int* columns, float* values, int lastEntry, nint words, nint dimension, int first, int end)
    {
        public readonly int* Offsets = offsets;
        public readonly int* Columns = columns;
        public readonly float* Values = values;
        public readonly int LastEntry = lastEntry;
        public readonly nint Words = words;
        public readonly nint Dimension = dimension;
        public readonly int First = first;
        public readonly int End = end;
    }
}
