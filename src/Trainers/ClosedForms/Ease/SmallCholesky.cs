using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// Solves A x = b for one small symmetric positive definite A in double precision, by A = L L^T: blocks of four rows, in each two columns
/// at once, so that a number of L that is read counts for several products.
/// </summary>
internal static class SmallCholesky
{
    private const int BlockRows = 4;
    private const int BlockColumns = 2;

    /// <summary>Replaces b by x.</summary>
    /// <param name="a">n x n, row-major; only the lower triangle is read, and replaced by L.</param>
    /// <param name="b">n.</param>
    /// <param name="n">Unknowns.</param>
    /// <exception cref="ArithmeticException">A is not positive definite.</exception>
    public static void Solve(Span<double> a, Span<double> b, int n)
    {
        for (int first = 0; first < n; first += BlockRows)
        {
            int end = Math.Min(n, first + BlockRows);
            // Columns before the block's own; where rows are missing, one after another below.
            int done = end - first == BlockRows ? first - (first % BlockColumns) : 0;
            for (int column = 0; column < done; column += BlockColumns)
                Columns(a, first, column, n);
            for (int row = first; row < end; row++)
                Row(a, b, row, done, n);
        }

        for (int row = n - 1; row >= 0; row--)
        {
            b[row] /= a[(row * n) + row];
            TensorPrimitives.MultiplyAdd(a.Slice(row * n, row), -b[row], b[..row], b[..row]);
        }
    }

    // A row of L from a column on, and the row of the forward substitution.
    private static void Row(Span<double> a, Span<double> b, int row, int first, int n)
    {
        var own = a.Slice(row * n, row + 1);
        for (int column = first; column <= row; column++)
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

    // Two columns of L in four rows.
    private static void Columns(Span<double> a, int row, int column, int n)
    {
        ref double start = ref MemoryMarshal.GetReference(a);
        nuint r0 = (nuint)(row * n), r1 = r0 + (nuint)n, r2 = r1 + (nuint)n, r3 = r2 + (nuint)n;
        nuint c0 = (nuint)(column * n), c1 = c0 + (nuint)n;
        var (s00, s10, s20, s30) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
        var (s01, s11, s21, s31) = (s00, s00, s00, s00);
        int k = 0;
        for (; k <= column - Vector<double>.Count; k += Vector<double>.Count)
        {
            nuint at = (nuint)k;
            Vector<double> one = Vector.LoadUnsafe(ref start, c0 + at), two = Vector.LoadUnsafe(ref start, c1 + at);
            var own = Vector.LoadUnsafe(ref start, r0 + at);
            (s00, s01) = (Vector.FusedMultiplyAdd(own, one, s00), Vector.FusedMultiplyAdd(own, two, s01));
            own = Vector.LoadUnsafe(ref start, r1 + at);
            (s10, s11) = (Vector.FusedMultiplyAdd(own, one, s10), Vector.FusedMultiplyAdd(own, two, s11));
            own = Vector.LoadUnsafe(ref start, r2 + at);
            (s20, s21) = (Vector.FusedMultiplyAdd(own, one, s20), Vector.FusedMultiplyAdd(own, two, s21));
            own = Vector.LoadUnsafe(ref start, r3 + at);
            (s30, s31) = (Vector.FusedMultiplyAdd(own, one, s30), Vector.FusedMultiplyAdd(own, two, s31));
        }

        Span<double> first = a.Slice(column * n, column + 1), second = a.Slice((column + 1) * n, column + 2);
        Finish(a.Slice(row * n, n), Vector.Sum(s00), Vector.Sum(s01), first, second, k);
        Finish(a.Slice((row + 1) * n, n), Vector.Sum(s10), Vector.Sum(s11), first, second, k);
        Finish(a.Slice((row + 2) * n, n), Vector.Sum(s20), Vector.Sum(s21), first, second, k);
        Finish(a.Slice((row + 3) * n, n), Vector.Sum(s30), Vector.Sum(s31), first, second, k);
    }

    private static void Finish(Span<double> own, double one, double two, ReadOnlySpan<double> first, ReadOnlySpan<double> second, int k)
    {
        int column = first.Length - 1;
        for (; k < column; k++)
            (one, two) = (one + (own[k] * first[k]), two + (own[k] * second[k]));
        own[column] = (own[column] - one) / first[column];
        own[column + 1] = (own[column + 1] - two - (own[column] * second[column])) / second[column + 1];
    }
}
