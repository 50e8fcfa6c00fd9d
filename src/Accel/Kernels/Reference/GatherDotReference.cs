namespace HybridRec.MLNet.Accel.Kernels.Reference;

/// <summary>Scalar twin of <see cref="GatherDotKernel"/>.</summary>
internal static class GatherDotReference
{
    /// <inheritdoc cref="GatherDotKernel.Dot"/>
    public static void Dot(ReadOnlySpan<float> query, ReadOnlySpan<float> table, int dimension, ReadOnlySpan<int> rows, Span<float> scores)
    {
        int count = rows.IsEmpty ? table.Length / dimension : rows.Length;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> row = table.Slice((rows.IsEmpty ? i : rows[i]) * dimension, dimension);
            float sum = 0;
            for (int j = 0; j < dimension; j++)
                sum += query[j] * row[j];
            scores[i] = sum;
        }
    }
}
