using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>What the tiles of one sparse product share, and the loop over rows and their entries.</summary>
internal readonly unsafe struct SpmmPass(
    int* offsets, int* columns, float* values, int lastEntry, nint words, nint dimension, int first, int end)
{
    // Entries ahead: far enough to hide the latency of memory, near enough for the row still to be in L1 when it is used.
    private const int PrefetchDistance = 16;

    private const int WordsPerLine = 16;

    // Columns of the rows that come fast enough by themselves: out-of-order execution runs some fifty entries ahead of them.
    private const int FastColumns = 32;

    private readonly int* _offsets = offsets;
    private readonly int* _columns = columns;
    private readonly float* _values = values;
    private readonly int _lastEntry = lastEntry;
    private readonly nint _words = words;
    private readonly nint _dimension = dimension;
    private readonly int _first = first;
    private readonly int _end = end;

    /// <summary>Computes the columns of one tile.</summary>
    /// <param name="x">First word of the tile in the first row of the table gathered.</param>
    /// <param name="y">First column of the tile in the first row of the result.</param>
    /// <returns>Columns of the tile.</returns>
    public int Rows<TTile>(float* x, float* y)
        where TTile : struct, ISpmmTile
    {
        // Locals, not fields: the compiler then keeps them in registers.
        int* columns = _columns;
        float* values = _values;
        nint words = _words, dimension = _dimension;
        int last = _lastEntry, e = _offsets[_first];
        for (int row = _first; row < _end; row++)
        {
            TTile sum = default;
            for (int end = _offsets[row + 1]; e < end; e++)
            {
                Prefetch<TTile>(x, columns, Math.Min(e + PrefetchDistance, last), words);
                sum.Add(values[e], x + (columns[e] * words));
            }

            sum.Store(y + (row * dimension));
        }

        return TTile.Columns;
    }

    /// <summary>The same where only some of the tile's columns exist: it is computed whole, and those copied out.</summary>
    /// <param name="x">First word of the tile in the first row of the table gathered.</param>
    /// <param name="y">First column of the tile in the first row of the result.</param>
    /// <param name="left">The columns that exist.</param>
    /// <returns>Columns of the tile.</returns>
    [SkipLocalsInit]
    public int Edge<TTile>(float* x, float* y, int left)
        where TTile : struct, ISpmmTile
    {
        float* edge = stackalloc float[TTile.Columns];
        for (int row = _first; row < _end; row++)
        {
            TTile sum = default;
            for (int e = _offsets[row]; e < _offsets[row + 1]; e++)
                sum.Add(_values[e], x + (_columns[e] * _words));
            sum.Store(edge);
            new ReadOnlySpan<float>(edge, left).CopyTo(new Span<float>(y + (row * _dimension), left));
        }

        return TTile.Columns;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch<TTile>(float* x, int* columns, int entry, nint words)
        where TTile : struct, ISpmmTile
    {
        if (!Sse.IsSupported || TTile.Columns <= FastColumns)
            return;
        float* row = x + (columns[entry] * words);
        Sse.Prefetch0(row);
        Sse.Prefetch0(row + WordsPerLine);
        if (TTile.Words > 2 * WordsPerLine)
        {
            Sse.Prefetch0(row + (2 * WordsPerLine));
            Sse.Prefetch0(row + (3 * WordsPerLine));
        }

        if (TTile.Words > 4 * WordsPerLine)
        {
            Sse.Prefetch0(row + (4 * WordsPerLine));
            Sse.Prefetch0(row + (5 * WordsPerLine));
            Sse.Prefetch0(row + (6 * WordsPerLine));
            Sse.Prefetch0(row + (7 * WordsPerLine));
        }
    }
}
