using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Accel.Dense;

/// <summary>
/// An orthonormal basis of the span of the k leading right singular vectors of a sparse matrix A, by subspace iteration: Y = orth(A^T A Y),
/// from Gaussian numbers. Which basis of the span it is means nothing; the projection onto it, V V^T, is what it is for. Deterministic, for
/// any number of threads. Source: Halko, Martinsson and Tropp, "Finding structure with randomness", SIAM Review 2011, algorithm 4.4.
/// </summary>
internal static class DominantSubspace
{
    /// <summary>Makes the columns of a matrix orthonormal: source and destination are rows x rank.</summary>
    public delegate void Orthonormalization(float[] source, float[] destination, int rows, int rank);

    // A direction this much shorter than before, once the ones found are taken from it, is rounding error of one of them.
    private const double Vanished = 1e-6;

    /// <summary>The basis, columns x rank, row-major. Columns of zeros fill it up where A has a smaller rank.</summary>
    /// <param name="a">R x C.</param>
    /// <param name="transposed">C x R, its transpose.</param>
    /// <param name="rank">k, at most the smaller of R and C.</param>
    /// <param name="iterations">Products with A^T A; a singular value s_j is told from s_(k+1) by (s_(k+1) / s_j)^(2 iterations).</param>
    /// <param name="threads">Threads; 0: all cores.</param>
    /// <param name="step">Told before each iteration; may throw to stop.</param>
    /// <param name="seed">Seed of the Gaussian numbers.</param>
    /// <param name="orthonormalize">How columns are made orthonormal; null for Cholesky QR.</param>
    public static float[] Right(
        CsrMatrix a, CsrMatrix transposed, int rank, int iterations, int threads, Action<int>? step = null, long seed = 1,
        Orthonormalization? orthonormalize = null)
    {
        orthonormalize ??= (source, destination, rows, columns) => Orthonormalize(source, destination, rows, columns, threads);
        var backend = new CpuAggregationBackend(threads);
        float[] basis = new float[checked(a.Columns * rank)], product = new float[basis.Length], left = new float[checked(a.Rows * rank)];
        Xoshiro256 random = Xoshiro256.Stream(seed);
        foreach (ref float value in basis.AsSpan())
            value = (float)random.NextNormal();
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            step?.Invoke(iteration);
            backend.Aggregate(a, basis, left, rank);
            backend.Aggregate(transposed, left, product, rank);
            orthonormalize(product, basis, a.Columns, rank);
        }

        return basis;
    }

    /// <summary>Cholesky QR: destination = source * L^-T with L L^T = source^T source.</summary>
    internal static void Orthonormalize(float[] source, float[] destination, int rows, int rank, int threads)
    {
        float[] gram = new float[rank * rank];
        MatMulKernel.MultiplyTransposedLeft(source, source, gram, rank, rank, rows, threads: threads);
        double[] inverse = InvertedFactor(gram, rank);
        for (int i = 0; i < rank; i++)
        {
            for (int j = 0; j < rank; j++)
                gram[(j * rank) + i] = (float)inverse[(i * rank) + j];
        }

        MatMulKernel.Multiply(source, gram, destination, rows, rank, rank, threads: threads);
    }

    // L^-1, row by row with the row of L itself; a row whose direction vanished is zero.
    private static double[] InvertedFactor(float[] gram, int n)
    {
        double[] products = Array.ConvertAll(gram, value => (double)value), inverse = new double[n * n], own = new double[n];
        for (int i = 0; i < n; i++)
        {
            Span<double> ownInverse = inverse.AsSpan(i * n, n);
            double rest = gram[(i * n) + i];
            for (int j = 0; j < i; j++)
            {
                // L_ij = sum over m <= j of (L^-1)_jm G_im.
                double sum = TensorPrimitives.Dot<double>(inverse.AsSpan(j * n, j + 1), products.AsSpan(i * n, j + 1));
                own[j] = sum;
                rest -= sum * sum;
            }

            if (!(rest > Vanished * gram[(i * n) + i]))
                continue;

            double scale = 1 / Math.Sqrt(rest);
            for (int j = 0; j < i; j++)
                TensorPrimitives.MultiplyAdd(inverse.AsSpan(j * n, j + 1), -own[j] * scale, ownInverse[..(j + 1)], ownInverse[..(j + 1)]);
            ownInverse[i] = scale;
        }

        return inverse;
    }
}
