using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// A sparse matrix whose entries have the scales of an <see cref="Int8Table"/> folded into them, so that an aggregation is integer sums
/// alone: with w the entries of A, s the scales and x the numbers of the table, <c>(A X)_vj = sum_u w_vu s_u x_uj = t_v sum_u q_vu x_uj</c>
/// up to the rounding of q.
/// <para>Of a row v, all in Double: <c>p_vu = w_vu s_u</c>, <c>m = max_u |p_vu|</c>, <c>S = sum_u |p_vu|</c> in the order of columns; the
/// scale is <c>t_v = max(m / 32767, S / 2^31, 2^-126)</c> rounded to Single, and
/// <c>q_vu = clamp(round-half-to-even(p_vu (1 / t_v)), -32767, 32767)</c>. The second term binds rows of more than 65,536 entries alone. It
/// keeps <c>128 sum_u |q_vu|</c> below 2^39: the sums of any table fit into 40 bits, on every backend, by construction.</para>
/// </summary>
public sealed class Int16Adjacency
{
    /// <summary>Accumulators have so many bits.</summary>
    public const int AccumulatorBits = 40;

    private const double MostWeights = 1L << 31;

    // S is at most so many times m: below, S / 2^31 is never above m / 32767.
    private const int EntriesWithoutSum = 1 << 16;
    private const int LargestValue = 128;

    private readonly CsrMatrix _pattern;
    private readonly short[] _weights;
    private readonly float[] _rowScales;

    /// <summary>Makes a matrix of given weights.</summary>
    /// <param name="pattern">Where the entries are; its values are not read.</param>
    /// <param name="weights">q, one for each entry of the pattern.</param>
    /// <param name="rowScales">t, one for each row.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">A length does not match; a scale is not a finite number of 2^-126 or more; the weights of a row
    /// are so many and so large that its sums can leave 40 bits (the row is named).</exception>
    public Int16Adjacency(CsrMatrix pattern, short[] weights, float[] rowScales)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(rowScales);
        Guard.Length(weights.Length, pattern.NonZeros, nameof(weights), "one weight for each entry");
        Guard.Length(rowScales.Length, pattern.Rows, nameof(rowScales), "one scale for each row");
        for (int row = 0; row < pattern.Rows; row++)
        {
            if (!(rowScales[row] >= Int8Table.SmallestScale) || float.IsInfinity(rowScales[row]))
                Guard.Throw(nameof(rowScales), $"The scale of row {row} is {rowScales[row]}; scales have to be finite and 2^-126 or more.");
            long sum = 0;
            for (int e = pattern.RowOffsets[row]; e < pattern.RowOffsets[row + 1]; e++)
                sum += Math.Abs((int)weights[e]);
            if (sum * LargestValue >= 1L << (AccumulatorBits - 1))
            {
                Guard.Throw(
                    nameof(weights),
                    $"The weights of row {row} have magnitudes that sum to {sum}; times {LargestValue} that has to stay below 2^{AccumulatorBits - 1}, what an accumulator holds. Int16Adjacency.Fold chooses the scale of a row so that it does.");
            }
        }

        (_pattern, _weights, _rowScales) = (pattern, weights, rowScales);
    }

    private Int16Adjacency(short[] weights, float[] rowScales, CsrMatrix pattern) =>
        (_pattern, _weights, _rowScales) = (pattern, weights, rowScales);

    /// <summary>Number of rows.</summary>
    public int Rows => _pattern.Rows;

    /// <summary>Number of columns: the rows of the tables that are aggregated.</summary>
    public int Columns => _pattern.Columns;

    /// <summary>Number of entries.</summary>
    public int NonZeros => _pattern.NonZeros;

    /// <summary>Where each row begins; Rows + 1 offsets.</summary>
    public ReadOnlySpan<int> RowOffsets => _pattern.RowOffsets;

    /// <summary>Column of each entry, ascending in a row.</summary>
    public ReadOnlySpan<int> ColumnIndices => _pattern.ColumnIndices;

    /// <summary>The weights q.</summary>
    public ReadOnlySpan<short> Weights => _weights;

    /// <summary>The scales t of the rows.</summary>
    public ReadOnlySpan<float> RowScales => _rowScales;

    internal ReadOnlySpan<int> RowChunks => _pattern.RowChunks;

    internal CsrMatrix Pattern => _pattern;

    /// <summary>Folds the scales of a table into a matrix.</summary>
    /// <param name="adjacency">R x C matrix of finite values.</param>
    /// <param name="source">The table to be aggregated, C rows.</param>
    /// <param name="threads">Threads; 0 takes all cores. The result does not depend on it.</param>
    /// <returns>The matrix for this table; its pattern is shared with <paramref name="adjacency"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The sizes do not match, or a value of the matrix, or one times its scale, is too large or not
    /// finite (the row is named).</exception>
    public static Int16Adjacency Fold(CsrMatrix adjacency, Int8Table source, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(adjacency);
        ArgumentNullException.ThrowIfNull(source);
        if (adjacency.Columns != source.Rows)
            Guard.Throw(
                nameof(source),
                $"The matrix has {adjacency.Columns} columns and the table {source.Rows} rows; an aggregation gathers one row for each column, so they have to be as many.");
        var weights = new short[adjacency.NonZeros];
        var rowScales = new float[adjacency.Rows];
        Parallelism.For(adjacency.RowChunks.Length - 1, threads, chunk =>
        {
            for (int row = adjacency.RowChunks[chunk]; row < adjacency.RowChunks[chunk + 1]; row++)
                rowScales[row] = FoldRow(adjacency, row, source.Scales, weights);
        });
        return new Int16Adjacency(weights, rowScales, adjacency);
    }

    private static float FoldRow(CsrMatrix adjacency, int row, ReadOnlySpan<float> scales, short[] weights)
    {
        int first = adjacency.RowOffsets[row], end = adjacency.RowOffsets[row + 1];
        ReadOnlySpan<int> columns = adjacency.ColumnIndices[first..end];
        ReadOnlySpan<float> values = adjacency.Values[first..end];
        double largest = Int16Folding.Largest(values, columns, scales), sum = 0;
        if (columns.Length > EntriesWithoutSum)
        {
            for (int e = 0; e < columns.Length; e++)
                sum += Math.Abs((double)values[e] * scales[columns[e]]);
        }

        float scale = Math.Max((float)Math.Max(largest / Int16Folding.LargestWeight, sum / MostWeights), Int8Table.SmallestScale);
        if (!float.IsFinite(scale))
            Guard.Throw(
                nameof(adjacency),
                $"Row {row} has weights times scales of up to {largest}; they have to be finite, and a 32767th of the largest has to be a Single.");
        Int16Folding.Round(values, columns, scales, 1.0 / scale, weights.AsSpan(first..end));
        return scale;
    }
}
