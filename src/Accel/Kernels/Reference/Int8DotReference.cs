namespace HybridRec.MLNet.Accel.Kernels.Reference;

/// <summary>Scalar twin of <see cref="Int8DotKernel"/>.</summary>
internal static class Int8DotReference
{
    /// <inheritdoc cref="Int8DotKernel.Dot"/>
    public static void Dot(ReadOnlySpan<short> query, float queryScale, Int8Table table, int firstRow, Span<float> scores)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            ReadOnlySpan<sbyte> row = table.Row(firstRow + i);
            int sum = 0;
            for (int j = 0; j < row.Length; j++)
                sum += query[j] * row[j];
            scores[i] = sum * (table.Scales[firstRow + i] * queryScale);
        }
    }
}
