using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// What memory allows a propagation: for each entry of the matrix, in the order and over the row chunks and threads that the product
/// uses, every byte of the neighbor's row is loaded once and folded into registers by exclusive or, the cheapest operation that
/// keeps the load alive (one cycle of latency, against four of a multiply-add).
/// <para>It reads the column indices, which nothing can gather without, but neither the weights nor a destination, and it multiplies
/// nothing: a product can approach this time from above, not beat it. The fold of each chunk is kept and summed, so that no load can
/// be compiled away. It is run with and without software prefetch and the faster of the two is the bound, so that the product gains
/// nothing by a trick which the bound lacks. Widths have to be multiples of 16.</para>
/// </summary>
internal static unsafe class GatherBound
{
    private const int Lanes = 16;

    /// <summary>Gathers every neighbor row once; returns the fold of all bytes.</summary>
    /// <param name="matrix">Whose column indices to follow.</param>
    /// <param name="source">Columns x dimension table.</param>
    /// <param name="dimension">Width, a multiple of 16.</param>
    /// <param name="threads">Threads; 0 takes all cores.</param>
    /// <param name="prefetchDistance">Entries to prefetch ahead; 0 leaves it to the hardware.</param>
    public static int Run(CsrMatrix matrix, ReadOnlyMemory<float> source, int dimension, int threads, int prefetchDistance)
    {
        if (dimension % Lanes != 0)
            throw new ArgumentException(
                $"The bound is defined for widths that are multiples of {Lanes}, not {dimension}.", nameof(dimension));
        int chunks = matrix.RowChunks.Length - 1;
        int[] folds = new int[chunks];
        Parallelism.For(chunks, threads, chunk =>
        {
            int first = matrix.RowOffsets[matrix.RowChunks[chunk]];
            int end = matrix.RowOffsets[matrix.RowChunks[chunk + 1]];
            fixed (int* columns = matrix.ColumnIndices)
            fixed (float* table = source.Span)
                folds[chunk] = dimension switch
                {
                    32 => Fold32(columns, first, end, matrix.NonZeros - 1, table, prefetchDistance),
                    64 => Fold64(columns, first, end, matrix.NonZeros - 1, table, prefetchDistance),
                    128 => Fold128(columns, first, end, matrix.NonZeros - 1, table, prefetchDistance),
                    _ => FoldAny(columns, first, end, matrix.NonZeros - 1, table, dimension, prefetchDistance),
                };
        });
        return folds.Aggregate((x, y) => x ^ y);
    }

    private static int Fold32(int* columns, int first, int end, int last, float* table, int ahead)
    {
        Vector512<int> a = default, b = default;
        for (int e = first; e < end; e++)
        {
            if (ahead > 0)
                Prefetch(table + (columns[Math.Min(e + ahead, last)] * (nint)32), 32);
            int* row = (int*)(table + (columns[e] * (nint)32));
            a ^= Vector512.Load(row);
            b ^= Vector512.Load(row + 16);
        }
        return Vector512.Sum(a ^ b);
    }

    private static int Fold64(int* columns, int first, int end, int last, float* table, int ahead)
    {
        Vector512<int> a = default, b = default, c = default, d = default;
        for (int e = first; e < end; e++)
        {
            if (ahead > 0)
                Prefetch(table + (columns[Math.Min(e + ahead, last)] * (nint)64), 64);
            int* row = (int*)(table + (columns[e] * (nint)64));
            a ^= Vector512.Load(row);
            b ^= Vector512.Load(row + 16);
            c ^= Vector512.Load(row + 32);
            d ^= Vector512.Load(row + 48);
        }
        return Vector512.Sum(a ^ b ^ c ^ d);
    }

    private static int Fold128(int* columns, int first, int end, int last, float* table, int ahead)
    {
        Vector512<int> a = default, b = default, c = default, d = default;
        for (int e = first; e < end; e++)
        {
            if (ahead > 0)
                Prefetch(table + (columns[Math.Min(e + ahead, last)] * (nint)128), 128);
            int* row = (int*)(table + (columns[e] * (nint)128));
            a ^= Vector512.Load(row) ^ Vector512.Load(row + 64);
            b ^= Vector512.Load(row + 16) ^ Vector512.Load(row + 80);
            c ^= Vector512.Load(row + 32) ^ Vector512.Load(row + 96);
            d ^= Vector512.Load(row + 48) ^ Vector512.Load(row + 112);
        }
        return Vector512.Sum(a ^ b ^ c ^ d);
    }

    private static int FoldAny(int* columns, int first, int end, int last, float* table, int dimension, int ahead)
    {
        Vector512<int> a = default, b = default;
        for (int e = first; e < end; e++)
        {
            if (ahead > 0)
                Prefetch(table + (columns[Math.Min(e + ahead, last)] * (nint)dimension), dimension);
            int* row = (int*)(table + (columns[e] * (nint)dimension));
            int j = 0;
            for (; j + (2 * Lanes) <= dimension; j += 2 * Lanes)
            {
                a ^= Vector512.Load(row + j);
                b ^= Vector512.Load(row + j + Lanes);
            }
            if (j < dimension)
                a ^= Vector512.Load(row + j);
        }
        return Vector512.Sum(a ^ b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* row, int width)
    {
        if (!Sse.IsSupported)
            return;
        for (int j = 0; j < width; j += Lanes)
            Sse.Prefetch0(row + j);
    }
}
