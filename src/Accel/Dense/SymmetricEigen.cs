using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Accel.Dense;

/// <summary>
/// All eigenvalues and eigenvectors of one symmetric matrix, A = Z^T diag(values) Z with the eigenvectors as the rows of Z: Householder
/// reflections to tridiagonal form, then the implicit QL algorithm (Golub and Van Loan, Matrix Computations, 8.3). Every step runs along
/// rows; about 9 n^3 operations on one thread.
/// </summary>
internal static class SymmetricEigen
{
    private const int MostSweeps = 60; // an eigenvalue takes two

    /// <summary>Decomposes a matrix.</summary>
    /// <param name="a">n x n, row-major and symmetric; replaced by Z.</param>
    /// <param name="values">Receives the n eigenvalues, in no order.</param>
    /// <param name="n">Rows.</param>
    /// <exception cref="ArithmeticException">An element is not finite.</exception>
    public static void Decompose(double[] a, Span<double> values, int n)
    {
        double[] off = new double[n];
        Tridiagonalize(a, values, off, n);
        Diagonalize(a, values, off, n);
    }

    // T = Q^T A Q, values its diagonal, off[i] the element beside it in row i; a becomes Q^T.
    private static void Tridiagonalize(double[] a, Span<double> values, Span<double> off, int n)
    {
        double[] reflectors = new double[n * n], product = new double[n];
        double[] strengths = new double[n];
        for (int k = 0; k < n - 1; k++)
        {
            int first = k + 1, count = n - first;
            values[k] = a[(k * n) + k];
            var v = reflectors.AsSpan((k * n) + first, count);
            a.AsSpan((k * n) + first, count).CopyTo(v);
            double length = TensorPrimitives.Norm<double>(v);
            off[k] = v[0] > 0 ? -length : length;
            v[0] -= off[k];
            double squares = TensorPrimitives.SumOfSquares<double>(v);
            if (count == 1 || !(squares > 0))
            {
                off[k] = a[(k * n) + first];
                continue;
            }

            // A' -= v w^T + w v^T with w = p - (s p.v / 2) v, p = s A' v, s = 2 / v.v.
            double strength = strengths[k] = 2 / squares;
            var w = product.AsSpan(0, count);
            for (int row = 0; row < count; row++)
                w[row] = strength * TensorPrimitives.Dot<double>(a.AsSpan(((first + row) * n) + first, count), v);
            TensorPrimitives.MultiplyAdd(v, -strength * TensorPrimitives.Dot<double>(w, v) / 2, w, w);
            for (int row = 0; row < count; row++)
            {
                var own = a.AsSpan(((first + row) * n) + first, count);
                TensorPrimitives.MultiplyAdd(w, -v[row], own, own);
                TensorPrimitives.MultiplyAdd(v, -w[row], own, own);
            }
        }

        values[n - 1] = a[(n * n) - 1];
        Accumulate(a, reflectors, strengths, n);
    }

    // Q^T = H_(n-3) ... H_0: from the last to the first each changes the columns behind its own only.
    private static void Accumulate(double[] a, double[] reflectors, double[] strengths, int n)
    {
        Array.Clear(a);
        for (int i = 0; i < n; i++)
            a[i * (n + 1)] = 1;
        for (int k = n - 2; k >= 0; k--)
        {
            if (strengths[k] == 0)
                continue;
            int first = k + 1, count = n - first;
            var v = reflectors.AsSpan((k * n) + first, count);
            for (int row = first; row < n; row++)
            {
                var own = a.AsSpan((row * n) + first, count);
                TensorPrimitives.MultiplyAdd(v, -strengths[k] * TensorPrimitives.Dot<double>(own, v), own, own);
            }
        }
    }

    private static void Diagonalize(double[] z, Span<double> values, Span<double> off, int n)
    {
        for (int l = 0; l < n; l++)
        {
            for (int sweep = 0; ; sweep++)
            {
                int m = l;
                while (m < n - 1 && Counts(off[m], Math.Abs(values[m]) + Math.Abs(values[m + 1])))
                    m++;
                if (m == l)
                    break;
                if (sweep == MostSweeps)
                    throw new ArithmeticException("The eigenvalues of the matrix cannot be found: an element is not finite.");
                Sweep(z, values, off, l, m, n);
            }
        }
    }

    // Not where it is lost in the elements beside it; NaN counts, so that it is found.
    private static bool Counts(double off, double beside) => !(beside + Math.Abs(off) <= beside);

    // One implicit QL step on rows l to m of the tridiagonal matrix.
    private static void Sweep(double[] z, Span<double> values, Span<double> off, int l, int m, int n)
    {
        double shift = (values[l + 1] - values[l]) / (2 * off[l]);
        double g = values[m] - values[l] + (off[l] / (shift + Math.CopySign(double.Hypot(shift, 1), shift)));
        double sine = 1, cosine = 1, p = 0;
        for (int i = m - 1; i >= l; i--)
        {
            double f = sine * off[i], b = cosine * off[i], r = double.Hypot(f, g);
            off[i + 1] = r;
            if (r == 0)
            {
                values[i + 1] -= p;
                off[m] = 0;
                return;
            }

            (sine, cosine) = (f / r, g / r);
            g = values[i + 1] - p;
            r = ((values[i] - g) * sine) + (2 * cosine * b);
            p = sine * r;
            values[i + 1] = g + p;
            g = (cosine * r) - b;
            Rotate(z.AsSpan(i * n, n), z.AsSpan((i + 1) * n, n), cosine, sine);
        }

        values[l] -= p;
        off[l] = g;
        off[m] = 0;
    }

    private static void Rotate(Span<double> one, Span<double> other, double cosine, double sine)
    {
        var ones = MemoryMarshal.Cast<double, Vector<double>>(one);
        var others = MemoryMarshal.Cast<double, Vector<double>>(other);
        var (c, s) = (new Vector<double>(cosine), new Vector<double>(sine));
        for (int i = 0; i < ones.Length; i++)
            (ones[i], others[i]) = ((c * ones[i]) - (s * others[i]), (s * ones[i]) + (c * others[i]));
        for (int i = ones.Length * Vector<double>.Count; i < one.Length; i++)
            (one[i], other[i]) = ((cosine * one[i]) - (sine * other[i]), (sine * one[i]) + (cosine * other[i]));
    }
}
