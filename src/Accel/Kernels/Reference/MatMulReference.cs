namespace HybridRec.MLNet.Accel.Kernels.Reference;

/// <summary>Scalar twin of <see cref="MatMulKernel"/>: C = op(A) op(B), each operand read with a row and a column stride.</summary>
internal static class MatMulReference
{
    /// <summary>C[i, j] (+)= sum over p of a[i * aRow + p * aColumn] * b[p * bRow + j * bColumn], for rows first to end.</summary>
    public static void Multiply(
        ReadOnlySpan<float> a, int aRow, int aColumn, ReadOnlySpan<float> b, int bRow, int bColumn,
        Span<float> c, int m, int n, int k, bool accumulate)
    {
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                float sum = 0;
                for (int p = 0; p < k; p++)
                    sum += a[(i * aRow) + (p * aColumn)] * b[(p * bRow) + (j * bColumn)];
                c[(i * n) + j] = accumulate ? c[(i * n) + j] + sum : sum;
            }
        }
    }
}
