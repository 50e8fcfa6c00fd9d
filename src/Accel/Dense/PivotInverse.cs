using System.Numerics.Tensors;

namespace HybridRec.MLNet.Accel.Dense;

/// <summary>The inverse of one small symmetric positive definite matrix, by Gauss-Jordan elimination in double precision.</summary>
internal static class PivotInverse
{
    /// <summary>target = source^-1; both n x n, row-major, only the lower triangle of the source is read.</summary>
    /// <param name="source">The matrix.</param>
    /// <param name="target">Receives the inverse.</param>
    /// <param name="n">Rows and columns.</param>
    /// <param name="firstRow">Row of a larger matrix at which it stands, for messages.</param>
    /// <exception cref="ArithmeticException">A pivot is not above 0.</exception>
    public static void Invert(ReadOnlySpan<float> source, Span<float> target, int n, int firstRow = 0)
    {
        double[] a = new double[n * n];
        for (int row = 0; row < n; row++)
        {
            for (int column = 0; column <= row; column++)
                a[(row * n) + column] = a[(column * n) + row] = source[(row * n) + column];
        }
        for (int p = 0; p < n; p++)
        {
            var pivotRow = a.AsSpan(p * n, n);
            double pivot = pivotRow[p];
            if (!(pivot > 0 && double.IsFinite(pivot)))
                throw new ArithmeticException(FormattableString.Invariant(
                    $"The matrix is not positive definite: pivot {firstRow + p} is {pivot}. Add a larger ridge to its diagonal."));
            pivotRow[p] = 1;
            TensorPrimitives.Divide(pivotRow, pivot, pivotRow);
            for (int row = 0; row < n; row++)
            {
                if (row == p)
                    continue;
                var other = a.AsSpan(row * n, n);
                double factor = other[p];
                other[p] = 0;
                TensorPrimitives.MultiplyAdd(pivotRow, -factor, other, other);
            }
        }
        for (int e = 0; e < a.Length; e++)
            target[e] = (float)a[e];
    }
}
