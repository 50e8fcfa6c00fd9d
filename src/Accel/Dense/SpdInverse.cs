using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Accel.Dense;

/// <summary>
/// The inverse of a symmetric positive definite matrix in place, by the blocked sweep operator: for each tile k on the diagonal, with
/// W_i = A_ik and D = A_kk^-1, A_ij -= W_i D W_j^T (i, j other than k), A_ik = W_i D, A_kk = -D. After all tiles the matrix is -A^-1
/// (Goodnight, A tutorial on the SWEEP operator, 1979). n^3 operations in all, nearly all of them tile products of
/// <see cref="MatMulKernel"/>. Single precision: the relative error grows with the condition number, so a ridge that is small against the
/// largest eigenvalue costs digits.
/// </summary>
internal static class SpdInverse
{
    private const int LineFloats = 16;

    /// <summary>Replaces A by -A^-1.</summary>
    /// <param name="a">The matrix.</param>
    /// <param name="threads">Threads; 0: all cores. The result does not depend on it.</param>
    /// <param name="step">Called before each of the <see cref="SymmetricTiles.TileRows"/> steps with its number from
    /// 0; may throw to cancel.</param>
    /// <exception cref="ArithmeticException">The matrix is not positive definite, or so nearly singular that single
    /// precision cannot tell.</exception>
    public static void Negated(SymmetricTiles a, int threads, Action<int>? step = null)
    {
        int tiles = a.TileRows, size = a.TileSize;
        float[][] scaled = new float[tiles][];
        var packed = new PackedMatrix[tiles];
        for (int i = 0; i < tiles; i++)
            (scaled[i], packed[i]) = (new float[size * size], new PackedMatrix());
        var packedPivot = new PackedMatrix();
        float[] pivot = new float[size * size];
        for (int k = 0; k < tiles; k++)
        {
            step?.Invoke(k);
            PivotInverse.Invert(a.Tile(k, k), pivot, size, k * size);
            for (int e = 0; e < pivot.Length; e++)
                pivot[e] = -pivot[e];
            packedPivot.Pack(pivot, size, size, transposed: false);
            Sweep(a, k, scaled, packed, packedPivot, threads);
            pivot.CopyTo(a.Tile(k, k), 0);
        }
    }

    private static void Sweep(SymmetricTiles a, int k, float[][] scaled, PackedMatrix[] packed, PackedMatrix packedPivot, int threads)
    {
        int tiles = a.TileRows, size = a.TileSize;
        Parallelism.For(tiles, threads, i =>
        {
            if (i == k)
                return;
            float[] w = i > k ? a.Tile(i, k) : Transposed(a.Tile(k, i), size);
            packed[i].Pack(w, size, size, transposed: true);
            MatMulKernel.Multiply(w, packedPivot, scaled[i], size);
        });
        // One chunk a tile of the lower triangle, row after row.
        Parallelism.For(tiles * (tiles + 1) / 2, threads, t =>
        {
            int i = (int)((Math.Sqrt((8.0 * t) + 1) - 1) / 2);
            int j = t - (i * (i + 1) / 2);
            if (i != k && j != k)
                MatMulKernel.Multiply(scaled[i], packed[j], a.Tile(i, j), size, accumulate: true);
        });
        Parallelism.For(tiles, threads, i =>
        {
            if (i > k)
                TensorPrimitives.Negate(scaled[i], a.Tile(i, k));
            else if (i < k)
                Transpose(scaled[i], a.Tile(k, i), size, -1);
        });
    }

    private static float[] Transposed(float[] tile, int size)
    {
        float[] transposed = GC.AllocateUninitializedArray<float>(tile.Length);
        Transpose(tile, transposed, size, 1);
        return transposed;
    }

    // A line of the source is read at once, and goes to as many lines of the target, which stay in the cache for the next one.
    private static void Transpose(ReadOnlySpan<float> source, Span<float> target, int size, float factor)
    {
        for (int first = 0; first < size; first += LineFloats)
        {
            int count = Math.Min(LineFloats, size - first);
            for (int row = 0; row < size; row++)
            {
                var line = source.Slice((row * size) + first, count);
                int place = (first * size) + row;
                for (int column = 0; column < line.Length; column++, place += size)
                    target[place] = factor * line[column];
            }
        }
    }
}
