namespace HybridRec.MLNet.Accel.Kernels.Reference;

/// <summary>
/// The definition of aggregation in 8 bits: sums as they are written down, in 64 bits, then <see cref="BlockFloat"/>.
/// Every backend gives these bytes.
/// </summary>
internal static class Int8AggregationReference
{
    /// <summary>The accumulators of a row.</summary>
    public static void Accumulate(Int16Adjacency a, Int8Table x, int row, Span<long> sums)
    {
        sums.Clear();
        for (int e = a.RowOffsets[row]; e < a.RowOffsets[row + 1]; e++)
        {
            ReadOnlySpan<sbyte> neighbor = x.Row(a.ColumnIndices[e]);
            for (int j = 0; j < neighbor.Length; j++)
                sums[j] += (long)a.Weights[e] * neighbor[j];
        }
    }

    /// <summary>Rows of the result as numbers of a table, with their scales.</summary>
    public static void Multiply(Int16Adjacency a, Int8Table x, Int8Table y, int firstRow, int endRow)
    {
        long[] sums = new long[x.Dimension];
        for (int row = firstRow; row < endRow; row++)
        {
            Accumulate(a, x, row, sums);
            long magnitudes = 0;
            foreach (long sum in sums)
                magnitudes |= BlockFloat.Magnitude(sum);
            int shift = BlockFloat.Shift(magnitudes);
            Span<sbyte> to = y.Storage.Span.Slice(row * y.RowStride, y.Dimension);
            for (int j = 0; j < sums.Length; j++)
                to[j] = BlockFloat.Round(sums[j], shift);
            y.WritableScales[row] = BlockFloat.Scale(a.RowScales[row], shift, row);
        }
    }

    /// <summary>Rows of the result as sums of 32 bits.</summary>
    public static void MultiplyRaw(Int16Adjacency a, Int8Table x, Span<int> y, int firstRow, int endRow)
    {
        long[] sums = new long[x.Dimension];
        for (int row = firstRow; row < endRow; row++)
        {
            Accumulate(a, x, row, sums);
            Span<int> to = y.Slice(row * x.Dimension, x.Dimension);
            for (int j = 0; j < sums.Length; j++)
                to[j] = BlockFloat.Saturate(sums[j]);
        }
    }
}
