namespace HybridRec.MLNet.Accel.Kernels.Reference;

/// <summary>Scalar twin of <see cref="MatMulKernel"/>: one sum after another, in order of k.</summary>
internal static class MatMulReference
{
    /// <summary>C[i, j] (+)= sum over p of a[i * aRow + p * aColumn] * b[p, j], for rows <paramref name="firstRow"/> to <paramref name="endRow"/>.</summary>
    public static void Multiply(
        ReadOnlySpan<float> a, int aRow, int aColumn, PackedMatrix b, Span<float> c, int firstRow, int endRow, bool accumulate)
    {
        int n = b.Columns;
        for (int i = firstRow; i < endRow; i++)
        {
            for (int j = 0; j < n; j++)
            {
                float sum = 0;
                for (int p = 0; p < b.Rows; p++)
                    sum += a[(i * aRow) + (p * aColumn)] * b[p, j];
                c[(i * n) + j] = accumulate ? c[(i * n) + j] + sum : sum;
            }
        }
    }
}
