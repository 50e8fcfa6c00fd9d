namespace HybridRec.MLNet.Accel.Kernels.Reference;

/// <summary>Scalar twin of <see cref="SpmmBFloat16Kernel"/>: the same roundings in the same order, so the same bytes.</summary>
internal static class SpmmBFloat16Reference
{
    /// <inheritdoc cref="SpmmBFloat16Kernel.Multiply"/>
    public static void Multiply(CsrMatrix a, ReadOnlySpan<uint> x, Span<float> y, int dimension, int firstRow, int endRow)
    {
        ReadOnlySpan<int> offsets = a.RowOffsets;
        int words = BFloat16Table.RowWords(dimension);
        for (int row = firstRow; row < endRow; row++)
        {
            Span<float> sum = y.Slice(row * dimension, dimension);
            sum.Clear();
            for (int e = offsets[row]; e < offsets[row + 1]; e++)
            {
                ReadOnlySpan<uint> neighbor = x.Slice(a.ColumnIndices[e] * words, words);
                for (int j = 0; j < dimension; j++)
                    sum[j] = MathF.FusedMultiplyAdd(a.Values[e], BFloat16Table.Get(neighbor, j), sum[j]);
            }
        }
    }
}
