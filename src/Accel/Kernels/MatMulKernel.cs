using HybridRec.MLNet.Accel.Kernels.Reference;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// Dense products of row-major float matrices, C = A B and its transposed forms. The sum of an element depends on k alone, so
/// the result has the same bytes for any number of threads.
/// </summary>
internal static class MatMulKernel
{
    /// <summary>C (m x n) = A (m x k) * B (k x n); added to C when <paramref name="accumulate"/>.</summary>
    public static void Multiply(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k, bool accumulate = false, int threads = 1)
    {
        Check(a, b, c, m, n, k, threads);
        MatMulReference.Multiply(a, k, 1, b, n, 1, c, m, n, k, accumulate);
    }

    /// <summary>C (m x n) = A^T * B with A (k x m) and B (k x n): gradients of weights, summed over k rows of a batch.</summary>
    public static void MultiplyTransposedLeft(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k, bool accumulate = false, int threads = 1)
    {
        Check(a, b, c, m, n, k, threads);
        MatMulReference.Multiply(a, 1, m, b, n, 1, c, m, n, k, accumulate);
    }

    /// <summary>C (m x n) = A * B^T with A (m x k) and B (n x k): all dot products of rows, or inputs times weights (out x in).</summary>
    public static void MultiplyTransposedRight(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c, int m, int n, int k, bool accumulate = false, int threads = 1)
    {
        Check(a, b, c, m, n, k, threads);
        MatMulReference.Multiply(a, k, 1, b, 1, k, c, m, n, k, accumulate);
    }

    private static void Check(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, int m, int n, int k, int threads)
    {
        Guard.AtLeast(m, 0, nameof(m));
        Guard.AtLeast(n, 0, nameof(n));
        Guard.AtLeast(k, 0, nameof(k));
        Guard.AtLeast(threads, 0, nameof(threads));
        Guard.Length(a.Length, (long)m * k, nameof(a), "m * k");
        Guard.Length(b.Length, (long)k * n, nameof(b), "k * n");
        Guard.Length(c.Length, (long)m * n, nameof(c), "m * n");
        if (c.Overlaps(a) || c.Overlaps(b))
            Guard.Throw(nameof(c), $"The product overlaps a factor; give it a buffer of its own.");
    }
}
