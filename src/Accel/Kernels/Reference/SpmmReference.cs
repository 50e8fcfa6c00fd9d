namespace HybridRec.MLNet.Accel.Kernels.Reference;

/// <summary>Scalar twin of <see cref="SpmmKernel"/>: the same roundings in the same order, so the same bytes.</summary>
internal static class SpmmReference
{
    /// <inheritdoc cref="SpmmKernel.Multiply"/>
    public static void Multiply(CsrMatrix a, ReadOnlySpan<float> x, Span<float> y, int dimension, int firstRow, int endRow)
    {
        ReadOnlySpan<int> offsets = a.RowOffsets;
        for (int row = firstRow; row < endRow; row++)
        {
            Span<float> sum = y.Slice(row * dimension, dimension);
            sum.Clear();
            for (int e = offsets[row]; e < offsets[row + 1]; e++)
            {
                float weight = a.Values[e];
                ReadOnlySpan<float> neighbor = x.Slice(a.ColumnIndices[e] * dimension, dimension);
                for (int j = 0; j < dimension; j++)
                    sum[j] = MathF.FusedMultiplyAdd(weight, neighbor[j], sum[j]);
            }
        }
    }
}
