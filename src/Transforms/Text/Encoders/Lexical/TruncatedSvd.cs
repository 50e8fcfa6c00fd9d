using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Dense;
using HybridRec.MLNet.Accel.Kernels;
using MathNet.Numerics.LinearAlgebra;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Truncated singular value decomposition of a sparse matrix, A (n x m) ~ U S V^T, by the subspace iteration of
/// <see cref="DominantSubspace"/> (Halko, Martinsson, Tropp 2011, algorithms 4.4 and 5.1). Deterministic for a seed; the sign of a
/// component is fixed by its largest element.
/// </summary>
internal static class TruncatedSvd
{
    private const int Oversampling = 16;

    /// <summary>Directions whose share of the variance is below this are numerical noise of single precision.</summary>
    private const double Negligible = 1e-9;

    /// <returns>
    /// The right singular vectors V, m x rank row-major; where the matrix has fewer directions, the columns beyond them are zero.
    /// </returns>
    public static float[] RightVectors(CsrMatrix a, int rank, int iterations, long seed, CancellationToken cancellationToken)
    {
        int n = a.Rows, m = a.Columns;
        float[] result = new float[m * rank];
        int width = Math.Min(rank + Oversampling, Math.Min(n, m));
        if (width == 0 || a.NonZeros == 0)
            return result;
        CsrMatrix transposed = a.Transpose();
        float[] slanted = DominantSubspace.Right(
            transposed, a, width, iterations, threads: 0, _ => cancellationToken.ThrowIfCancellationRequested(), seed, Orthonormalize);
        float[] left = new float[n * width], right = new float[m * width];
        Orthonormalize(slanted, left, n, width); // twice is enough: the first pass in single precision leaves some slant
        cancellationToken.ThrowIfCancellationRequested();
        SpmmKernel.Multiply(transposed, left, right, width, 0, m);
        double[,] basis = Directions(right, m, width);
        int kept = Math.Min(rank, basis.GetLength(1));
        float[] projection = new float[width * kept];
        for (int r = 0; r < width; r++)
            for (int c = 0; c < kept; c++)
                projection[r * kept + c] = (float)basis[r, c];
        float[] vectors = new float[m * kept];
        MatMulKernel.Multiply(right, projection, vectors, m, kept, width);
        for (int c = 0; c < kept; c++)
        {
            float sign = SignOfLargest(vectors, m, kept, c);
            for (int r = 0; r < m; r++)
                result[r * rank + c] = sign * vectors[r * kept + c];
        }
        return result;
    }

    /// <summary>Y W L^(-1/2) with Y^T Y = W L W^T: orthonormal columns spanning those of Y; lost directions become zero columns.</summary>
    private static void Orthonormalize(float[] y, float[] destination, int rows, int width)
    {
        double[,] basis = Directions(y, rows, width);
        float[] projection = new float[width * width];
        for (int r = 0; r < width; r++)
            for (int c = 0; c < basis.GetLength(1); c++)
                projection[r * width + c] = (float)basis[r, c];
        MatMulKernel.Multiply(y, projection, destination, rows, width, width);
    }

    /// <summary>The scaled eigenvectors W L^(-1/2) of Y^T Y, largest eigenvalue first.</summary>
    private static double[,] Directions(float[] y, int rows, int width)
    {
        float[] gram = new float[width * width];
        MatMulKernel.MultiplyTransposedLeft(y, y, gram, width, width, rows);
        var eigen = Matrix<double>.Build.Dense(width, width, (r, c) => 0.5 * ((double)gram[r * width + c] + gram[c * width + r]))
            .Evd(Symmetricity.Symmetric);
        double[] values = [.. eigen.EigenValues.Select(v => v.Real)];
        double largest = values.Max();
        int[] order = [.. Enumerable.Range(0, width).Where(i => values[i] > Negligible * largest && values[i] > 0)
            .OrderByDescending(i => values[i])];
        double[,] basis = new double[width, order.Length];
        for (int c = 0; c < order.Length; c++)
            for (int r = 0; r < width; r++)
                basis[r, c] = eigen.EigenVectors[r, order[c]] / Math.Sqrt(values[order[c]]);
        return basis;
    }

    private static float SignOfLargest(float[] vectors, int rows, int columns, int column)
    {
        float largest = 0;
        for (int r = 0; r < rows; r++)
            if (Math.Abs(vectors[r * columns + column]) > Math.Abs(largest))
                largest = vectors[r * columns + column];
        return largest < 0 ? -1 : 1;
    }
}
