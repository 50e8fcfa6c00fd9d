using System.Runtime.CompilerServices;
using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// Dense products of row-major float matrices, C = A B and its transposed forms. The right factor is packed
/// (<see cref="PackedMatrix"/>) and the product computed tile by tile (<see cref="GemmMicroKernel"/>). The order of the sum behind an
/// element depends on k alone, so the result has the same bytes for any number of threads and any place in the matrix.
/// <para>Tiles at the lower and right edge are computed whole (missing rows repeat the last one, missing columns are zeros) into a
/// buffer of their own, and the part that exists is copied out: there is no other remainder code.</para>
/// </summary>
internal static unsafe class MatMulKernel
{
    // Terms of a sum added in registers before C is visited again; a panel of that many rows stays in the L1 cache.
    private const int BlockTerms = 256;

    // Rows that one chunk of a parallel product computes.
    private const int ChunkRows = 64;

    private const int LargestTile = 8 * 32;

    [ThreadStatic]
    private static PackedMatrix? s_scratch;

    /// <summary>C (m x n) = A (m x k) * B (k x n); added to C when <paramref name="accumulate"/>.</summary>
    public static void Multiply(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k, bool accumulate = false, int threads = 1) =>
        Multiply(a, k, 1, Pack(b, c, m, n, k, transposed: false), c, m, accumulate, threads);

    /// <summary>C (m x n) = A^T * B with A (k x m) and B (k x n): gradients of weights, summed over k rows of a batch.</summary>
    public static void MultiplyTransposedLeft(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k, bool accumulate = false, int threads = 1) =>
        Multiply(a, 1, m, Pack(b, c, m, n, k, transposed: false), c, m, accumulate, threads);

    /// <summary>C (m x n) = A * B^T with A (m x k) and B (n x k): all dot products of rows, or inputs times weights (out x in).</summary>
    public static void MultiplyTransposedRight(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k, bool accumulate = false, int threads = 1) =>
        Multiply(a, k, 1, Pack(b, c, m, n, k, transposed: true), c, m, accumulate, threads);

    /// <summary>C (m x N) = A (m x K) * B with B packed.</summary>
    public static void Multiply(ReadOnlySpan<float> a, PackedMatrix b, Span<float> c, int m, bool accumulate = false, int threads = 1) =>
        Multiply(a, b.Rows, 1, b, c, m, accumulate, threads);

    /// <summary>C (m x N) = A^T * B with A (K x m) and B packed.</summary>
    public static void MultiplyTransposedLeft(
        ReadOnlySpan<float> a, PackedMatrix b, Span<float> c, int m, bool accumulate = false, int threads = 1) =>
        Multiply(a, 1, m, b, c, m, accumulate, threads);

    private static PackedMatrix Pack(ReadOnlySpan<float> b, ReadOnlySpan<float> c, int m, int n, int k, bool transposed)
    {
        Guard.AtLeast(m, 0, nameof(m));
        if (c.Overlaps(b))
            ThrowOverlap();
        PackedMatrix packed = s_scratch ??= new PackedMatrix();
        packed.Pack(b, k, n, transposed);
        return packed;
    }

    private static void Multiply(
        ReadOnlySpan<float> a, int aRow, int aColumn, PackedMatrix b, Span<float> c, int m, bool accumulate, int threads)
    {
        Guard.AtLeast(m, 0, nameof(m));
        Guard.AtLeast(threads, 0, nameof(threads));
        Guard.Length(a.Length, (long)m * b.Rows, nameof(a), "m * k");
        Guard.Length(c.Length, (long)m * b.Columns, nameof(c), "m * n");
        if (c.Overlaps(a))
            ThrowOverlap();
        if (!KernelPath.UseVector)
        {
            MatMulReference.Multiply(a, aRow, aColumn, b, c, 0, m, accumulate);
            return;
        }
        if (b.Rows == 0 && !accumulate)
            c.Clear();
        fixed (float* left = a, panels = b.Panels, product = c)
        {
            if (threads == 1 || m <= ChunkRows)
                Block(left, aRow, aColumn, panels, b.Rows, b.Columns, product, 0, m, accumulate);
            else
                MultiplyParallel((nint)left, aRow, aColumn, (nint)panels, b.Rows, b.Columns, (nint)product, m, accumulate, threads);
        }
    }

    // A method of its own, since a lambda's captures are allocated where the method begins, used or not. The addresses stay good
    // because the caller has fixed them and this call blocks.
    private static void MultiplyParallel(
        nint a, int aRow, int aColumn, nint panels, int k, int n, nint c, int m, bool accumulate, int threads) =>
        Parallelism.For((m + ChunkRows - 1) / ChunkRows, threads, chunk => Block(
            (float*)a, aRow, aColumn, (float*)panels, k, n, (float*)c, chunk * ChunkRows, Math.Min(m, (chunk + 1) * ChunkRows),
            accumulate));

    [SkipLocalsInit]
    private static void Block(
        float* a, nint aRow, nint aColumn, float* panels, int k, int n, float* c, int firstRow, int endRow, bool accumulate)
    {
        int width = PackedMatrix.PanelWidth;
        float* edge = stackalloc float[LargestTile];
        float* packedRows = stackalloc float[8 * BlockTerms];
        for (int first = 0; first < k; first += BlockTerms)
        {
            int terms = Math.Min(BlockTerms, k - first);
            bool add = accumulate || first > 0;
            for (int i = firstRow; i < endRow; i += GemmMicroKernel.Rows)
            {
                int rows = Math.Min(GemmMicroKernel.Rows, endRow - i);
                float* left = a + (i * aRow) + (first * aColumn);
                nint leftRow = aRow;
                nint leftColumn = aColumn;
                if (aColumn != 1)
                {
                    // A column-major left factor: its rows are far apart in memory, so the tile is copied together first.
                    PackRows(left, aColumn, rows, terms, packedRows);
                    left = packedRows;
                    leftRow = 1;
                    leftColumn = rows;
                }
                for (int j = 0; j < n; j += width)
                {
                    float* panel = panels + ((nint)j * k) + (first * width);
                    float* tile = c + ((nint)i * n) + j;
                    if (rows == GemmMicroKernel.Rows && j + width <= n)
                    {
                        GemmMicroKernel.Tile(terms, left, leftRow, leftColumn, rows - 1, panel, tile, n, add);
                        continue;
                    }
                    GemmMicroKernel.Tile(terms, left, leftRow, leftColumn, rows - 1, panel, edge, width, accumulate: false);
                    CopyEdge(edge, width, tile, n, rows, Math.Min(width, n - j), add);
                }
            }
        }
    }

    private static void PackRows(float* a, nint aColumn, int rows, int terms, float* packed)
    {
        for (int p = 0; p < terms; p++, a += aColumn, packed += rows)
            new ReadOnlySpan<float>(a, rows).CopyTo(new Span<float>(packed, rows));
    }

    private static void CopyEdge(float* edge, int edgeWidth, float* c, int n, int rows, int columns, bool add)
    {
        for (int i = 0; i < rows; i++, edge += edgeWidth, c += n)
        {
            for (int j = 0; j < columns; j++)
                c[j] = add ? c[j] + edge[j] : edge[j];
        }
    }

    private static void ThrowOverlap() => Guard.Throw("c", $"The product overlaps a factor; give it a buffer of its own.");
}
