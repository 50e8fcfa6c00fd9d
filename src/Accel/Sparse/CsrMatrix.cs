namespace HybridRec.MLNet.Accel;

/// <summary>
/// A sparse matrix in compressed rows: row r holds the entries RowOffsets[r] to RowOffsets[r + 1] (exclusive) of
/// <see cref="ColumnIndices"/> and <see cref="Values"/>, in ascending column order, no column twice. Immutable.
/// </summary>
public sealed class CsrMatrix
{
    /// <summary>
    /// Fixed number of row chunks of a product. It does not depend on the number of threads, so neither does the work of a
    /// chunk; 64 keeps 2 to 16 threads evenly busy.
    /// </summary>
    private const int ChunkCount = 64;

    private readonly int[] _rowOffsets;
    private readonly int[] _columnIndices;
    private readonly float[] _values;
    private int[]? _chunks;

    /// <summary>Takes over the three arrays; the caller must not change them afterwards.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="rowOffsets">rows + 1 offsets, from 0 to the number of entries, never falling.</param>
    /// <param name="columnIndices">Column of each entry, strictly ascending within a row.</param>
    /// <param name="values">Value of each entry.</param>
    /// <exception cref="ArgumentNullException">An array is null.</exception>
    /// <exception cref="ArgumentException">The arrays do not form a matrix; the message names the row and what is wrong.</exception>
    public CsrMatrix(int rows, int columns, int[] rowOffsets, int[] columnIndices, float[] values)
    {
        ArgumentNullException.ThrowIfNull(rowOffsets);
        ArgumentNullException.ThrowIfNull(columnIndices);
        ArgumentNullException.ThrowIfNull(values);
        Guard.AtLeast(rows, 0, nameof(rows));
        Guard.AtLeast(columns, 0, nameof(columns));
        Guard.Length(rowOffsets.Length, rows + 1L, nameof(rowOffsets), "rows + 1");
        Guard.Length(values.Length, columnIndices.Length, nameof(values), "one value for each column index");
        Validate(rows, columns, rowOffsets, columnIndices);
        (Rows, Columns, _rowOffsets, _columnIndices, _values) = (rows, columns, rowOffsets, columnIndices, values);
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Number of stored entries.</summary>
    public int NonZeros => _columnIndices.Length;

    /// <summary>Where each row begins; Rows + 1 offsets.</summary>
    public ReadOnlySpan<int> RowOffsets => _rowOffsets;

    /// <summary>Column of each entry.</summary>
    public ReadOnlySpan<int> ColumnIndices => _columnIndices;

    /// <summary>Value of each entry.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>
    /// Row boundaries of the chunks of a product: about equal in entries plus rows, so that neither a row of 10,000 entries
    /// nor 10,000 empty rows hold one thread up. Ascending, from 0 to Rows; chunk c is rows [c] to [c + 1].
    /// </summary>
    internal ReadOnlySpan<int> RowChunks => _chunks ??= BalanceRows();

    /// <summary>Builds a matrix from entries in any order; entries at the same place are summed in input order.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="r">Row of each entry.</param>
    /// <param name="c">Column of each entry.</param>
    /// <param name="v">Value of each entry.</param>
    /// <returns>The matrix.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or an index lies outside the matrix (its position is named).</exception>
    public static CsrMatrix FromCoordinates(int rows, int columns, ReadOnlySpan<int> r, ReadOnlySpan<int> c, ReadOnlySpan<float> v)
    {
        Guard.AtLeast(rows, 0, nameof(rows));
        Guard.AtLeast(columns, 0, nameof(columns));
        Guard.Length(c.Length, r.Length, nameof(c), "one column for each row index");
        Guard.Length(v.Length, r.Length, nameof(v), "one value for each row index");
        for (int i = 0; i < r.Length; i++)
        {
            if ((uint)r[i] >= (uint)rows || (uint)c[i] >= (uint)columns)
                Guard.Throw(nameof(r), $"Entry {i} is at ({r[i]}, {c[i]}), outside a matrix of {rows} x {columns}. Indices are 0-based.");
        }

        int[] order = CoordinateSort.Order(rows, columns, r, c);
        int[] offsets = new int[checked(rows + 1)];
        int[] indices = new int[order.Length];
        float[] values = new float[order.Length];
        int count = 0;
        int lastRow = -1;
        foreach (int i in order)
        {
            if (r[i] == lastRow && indices[count - 1] == c[i])
            {
                values[count - 1] += v[i];
                continue;
            }
            (lastRow, indices[count], values[count]) = (r[i], c[i], v[i]);
            offsets[lastRow + 1] = ++count;
        }
        for (int row = 0; row < rows; row++)
            offsets[row + 1] = Math.Max(offsets[row + 1], offsets[row]);
        Array.Resize(ref indices, count);
        Array.Resize(ref values, count);
        return new CsrMatrix(rows, columns, offsets, indices, values);
    }

    /// <summary>The transpose; of a transpose, the matrix itself.</summary>
    /// <returns>A new Columns x Rows matrix.</returns>
    public CsrMatrix Transpose()
    {
        int[] offsets = CoordinateSort.Offsets(Columns, _columnIndices);
        int[] next = offsets.AsSpan(0, Columns).ToArray();
        int[] indices = new int[NonZeros];
        float[] values = new float[NonZeros];
        for (int row = 0; row < Rows; row++)
        {
            for (int e = _rowOffsets[row]; e < _rowOffsets[row + 1]; e++)
            {
                int place = next[_columnIndices[e]]++;
                (indices[place], values[place]) = (row, _values[e]);
            }
        }
        return new CsrMatrix(Columns, Rows, offsets, indices, values);
    }

    private static void Validate(int rows, int columns, int[] rowOffsets, int[] columnIndices)
    {
        if (rowOffsets[0] != 0 || rowOffsets[rows] != columnIndices.Length)
            Guard.Throw(
                nameof(rowOffsets),
                $"Row offsets run from {rowOffsets[0]} to {rowOffsets[rows]}; they have to run from 0 to {columnIndices.Length}, the number of entries.");
        // Offsets first: only then is it safe to walk the rows.
        for (int row = 0; row < rows; row++)
        {
            if (rowOffsets[row + 1] < rowOffsets[row])
                Guard.Throw(
                    nameof(rowOffsets), $"Row {row} begins at {rowOffsets[row]} and ends at {rowOffsets[row + 1]}; offsets must not fall.");
        }
        for (int row = 0; row < rows; row++)
        {
            int last = -1;
            for (int e = rowOffsets[row]; e < rowOffsets[row + 1]; last = columnIndices[e++])
            {
                if ((uint)columnIndices[e] >= (uint)columns || columnIndices[e] <= last)
                    Guard.Throw(
                        nameof(columnIndices),
                        $"Row {row} has column {columnIndices[e]} after {last}; columns have to ascend strictly within 0 to {columns - 1}. CsrMatrix.FromCoordinates sorts and merges for you.");
            }
        }
    }

    private int[] BalanceRows()
    {
        int[] chunks = new int[ChunkCount + 1];
        long total = (long)NonZeros + Rows;
        int row = 0;
        for (int c = 1; c < ChunkCount; c++)
        {
            while (row < Rows && (long)_rowOffsets[row] + row < total * c / ChunkCount)
                row++;
            chunks[c] = row;
        }
        chunks[ChunkCount] = Rows;
        return chunks;
    }
}
