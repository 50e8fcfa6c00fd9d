using System.Runtime.InteropServices;
using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// Weights of which few are not zero, by rows: row r holds the entries offsets[r] to offsets[r + 1] in ascending columns.
/// </summary>
internal sealed class SparseWeights : IItemWeights
{
    private readonly int[] _offsets;
    private readonly int[] _columns;
    private readonly float[] _values;

    private SparseWeights(int[] offsets, int[] columns, float[] values) => (_offsets, _columns, _values) = (offsets, columns, values);

    /// <inheritdoc/>
    public int ItemCount => _offsets.Length - 1;

    /// <summary>Weights given column by column.</summary>
    /// <param name="rowsOf">For each column, its rows ascending.</param>
    /// <param name="valuesOf">For each column, the weights of these rows.</param>
    public static SparseWeights FromColumns(int[][] rowsOf, float[][] valuesOf)
    {
        int items = rowsOf.Length;
        int[] offsets = new int[items + 1];
        foreach (int row in rowsOf.SelectMany(rows => rows))
            offsets[row + 1]++;
        for (int row = 0; row < items; row++)
            offsets[row + 1] = checked(offsets[row + 1] + offsets[row]);
        int[] next = offsets[..items];
        int[] columns = new int[offsets[items]];
        float[] values = new float[columns.Length];
        for (int column = 0; column < items; column++)
        {
            for (int e = 0; e < rowsOf[column].Length; e++)
            {
                int place = next[rowsOf[column][e]]++;
                (columns[place], values[place]) = (column, valuesOf[column][e]);
            }
        }
        return new SparseWeights(offsets, columns, values);
    }

    /// <summary>Weights given row by row.</summary>
    /// <param name="columnsOf">For each row, its columns ascending.</param>
    /// <param name="valuesOf">For each row, the weights of these columns.</param>
    public static SparseWeights FromRows(int[][] columnsOf, float[][] valuesOf)
    {
        int[] offsets = new int[columnsOf.Length + 1];
        for (int row = 0; row < columnsOf.Length; row++)
            offsets[row + 1] = checked(offsets[row] + columnsOf[row].Length);
        return new SparseWeights(offsets, [.. columnsOf.SelectMany(columns => columns)], [.. valuesOf.SelectMany(values => values)]);
    }

    /// <inheritdoc/>
    public void AddRow(int item, Span<float> scores)
    {
        for (int e = _offsets[item]; e < _offsets[item + 1]; e++)
            scores[_columns[e]] += _values[e];
    }

    /// <inheritdoc/>
    public float Weight(int item, int scored)
    {
        int e = Array.BinarySearch(_columns, _offsets[item], _offsets[item + 1] - _offsets[item], scored);
        return e < 0 ? 0 : _values[e];
    }

    /// <inheritdoc/>
    public void Write(BinaryWriter writer)
    {
        writer.Write(MemoryMarshal.AsBytes(_offsets.AsSpan()));
        writer.Write(MemoryMarshal.AsBytes(_columns.AsSpan()));
        writer.Write(MemoryMarshal.AsBytes(_values.AsSpan()));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static SparseWeights Read(BinaryReader reader, int items)
    {
        int[] offsets = GraphIo.ReadInts(reader, items + 1);
        FilterIo.CheckRows(offsets, items);
        int[] columns = GraphIo.ReadInts(reader, offsets[items]);
        FilterIo.CheckIndices(columns, items);
        float[] values = new float[columns.Length];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return new SparseWeights(offsets, columns, values);
    }
}
