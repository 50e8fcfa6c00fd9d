using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Ridge regression on a sparse matrix, all targets at once: argmin_D |X D - R|^2 + ridge |D|^2, by conjugate gradients on the normal
/// equations (X^T X + ridge I) D = X^T R, each target with its own step (Hestenes and Stiefel 1952).
/// Deterministic for any number of threads.
/// </summary>
internal static class RidgeRegression
{
    private const int MostIterations = 40;

    /// <summary>Squared length of the residual, relative to its first, at which a target is solved.</summary>
    private const double Solved = 1e-10;

    /// <returns>columns of X x targets.</returns>
    /// <param name="x">n x m.</param>
    /// <param name="residuals">n x targets: R.</param>
    /// <param name="targets">Number of targets.</param>
    /// <param name="ridge">Above 0: the problem is then well posed.</param>
    /// <param name="cancellationToken">Checked in each iteration.</param>
    public static float[] Solve(CsrMatrix x, float[] residuals, int targets, double ridge, CancellationToken cancellationToken)
    {
        var backend = new CpuAggregationBackend();
        CsrMatrix transposed = x.Transpose();
        int size = x.Columns * targets;
        float[] solution = new float[size], r = new float[size], image = new float[x.Rows * targets], applied = new float[size];
        backend.Aggregate(transposed, residuals, r, targets);
        float[] p = [.. r];
        double[] length = Dots(r, r, targets), first = [.. length];
        for (int iteration = 0; iteration < MostIterations && length.Zip(first).Any(l => l.First > Solved * l.Second); iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            backend.Aggregate(x, p, image, targets);
            backend.Aggregate(transposed, image, applied, targets);
            for (int i = 0; i < size; i++)
                applied[i] += (float)ridge * p[i];
            double[] curvature = Dots(p, applied, targets);
            float[] step = [.. length.Zip(curvature, (l, c) => c > 0 ? (float)(l / c) : 0)];
            for (int i = 0, c = 0; i < size; i++, c = c + 1 == targets ? 0 : c + 1)
            {
                solution[i] += step[c] * p[i];
                r[i] -= step[c] * applied[i];
            }
            double[] next = Dots(r, r, targets);
            float[] carry = [.. next.Zip(length, (n, l) => l > 0 ? (float)(n / l) : 0)];
            for (int i = 0, c = 0; i < size; i++, c = c + 1 == targets ? 0 : c + 1)
                p[i] = r[i] + (carry[c] * p[i]);
            length = next;
        }
        return solution;
    }

    private static double[] Dots(float[] a, float[] b, int columns)
    {
        double[] sums = new double[columns];
        for (int i = 0, c = 0; i < a.Length; i++, c = c + 1 == columns ? 0 : c + 1)
            sums[c] += (double)a[i] * b[i];
        return sums;
    }
}
