namespace HybridRec.MLNet.Accel.Kernels.Reference;

/// <summary>Scalar twin of <see cref="MatMulKernel"/>: the terms of each sum one after another, in order of k.</summary>
internal static class MatMulReference
{
    /// <summary>
    /// C[i, j] (+)= sum over p of a[i * aRow + p * aColumn] * b[p, j], for rows <paramref name="firstRow"/> to <paramref name="endRow"/>.
    /// </summary>
    public static void Multiply(
        ReadOnlySpan<float> a, int aRow, int aColumn, PackedMatrix b, Span<float> c, int firstRow, int endRow, bool accumulate)
    {
        Span<float> sums = stackalloc float[PackedMatrix.PanelWidth];
        for (int i = firstRow; i < endRow; i++)
        {
            for (int first = 0; first < b.Columns; first += PackedMatrix.PanelWidth)
            {
                sums.Clear();
                for (int p = 0; p < b.Rows; p++)
                {
                    float factor = a[(i * aRow) + (p * aColumn)];
                    ReadOnlySpan<float> row = b.Panels.Slice((first * b.Rows) + (p * PackedMatrix.PanelWidth), sums.Length);
                    for (int j = 0; j < row.Length; j++)
                        sums[j] += factor * row[j];
                }
                Span<float> product = c.Slice((i * b.Columns) + first, Math.Min(sums.Length, b.Columns - first));
                for (int j = 0; j < product.Length; j++)
                    product[j] = accumulate ? product[j] + sums[j] : sums[j];
            }
        }
    }
}
