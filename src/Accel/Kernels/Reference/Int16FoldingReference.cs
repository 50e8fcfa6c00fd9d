namespace HybridRec.MLNet.Accel.Kernels.Reference;

/// <summary>Scalar twin of <see cref="Int16Folding"/>: the same roundings, so the same weights.</summary>
internal static class Int16FoldingReference
{
    /// <inheritdoc cref="Int16Folding.Largest"/>
    public static double Largest(ReadOnlySpan<float> values, ReadOnlySpan<int> columns, ReadOnlySpan<float> scales)
    {
        double largest = 0;
        for (int e = 0; e < values.Length; e++)
            largest = Math.Max(largest, Math.Abs((double)values[e] * scales[columns[e]])); // NaN if one is
        return largest;
    }

    /// <inheritdoc cref="Int16Folding.Round"/>
    public static void Round(
        ReadOnlySpan<float> values, ReadOnlySpan<int> columns, ReadOnlySpan<float> scales, double inverse, Span<short> weights)
    {
        for (int e = 0; e < values.Length; e++)
            weights[e] = (short)Math.Clamp(
                Math.Round((double)values[e] * scales[columns[e]] * inverse), -Int16Folding.LargestWeight, Int16Folding.LargestWeight);
    }
}
