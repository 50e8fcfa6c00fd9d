using System.Numerics.Tensors;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>Solves A x = b for one small symmetric positive definite A in double precision, by A = L L^T row after row.</summary>
internal static class SmallCholesky
{
    /// <summary>Replaces b by x.</summary>
    /// <param name="a">n x n, row-major; only the lower triangle is read, and replaced by L.</param>
    /// <param name="b">n.</param>
    /// <param name="n">Unknowns.</param>
    /// <exception cref="ArithmeticException">A is not positive definite.</exception>
    public static void Solve(Span<double> a, Span<double> b, int n)
    {
        for (int row = 0; row < n; row++)
        {
            var own = a.Slice(row * n, row + 1);
            for (int column = 0; column <= row; column++)
            {
                var other = a.Slice(column * n, column + 1);
                double rest = own[column] - TensorPrimitives.Dot<double>(own[..column], other[..column]);
                if (column < row)
                    own[column] = rest / other[column];
                else if (rest > 0)
                    own[row] = Math.Sqrt(rest);
                else
                    throw new ArithmeticException(FormattableString.Invariant(
                        $"The matrix is not positive definite: pivot {row} is {rest}. Add a larger ridge to its diagonal."));
            }
            b[row] = (b[row] - TensorPrimitives.Dot<double>(own[..row], b[..row])) / own[row];
        }
        for (int row = n - 1; row >= 0; row--)
        {
            b[row] /= a[(row * n) + row];
            TensorPrimitives.MultiplyAdd(a.Slice(row * n, row), -b[row], b[..row], b[..row]);
        }
    }
}
