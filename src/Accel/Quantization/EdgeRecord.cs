namespace HybridRec.MLNet.Accel;

/// <summary>
/// An entry of an <see cref="Int16Adjacency"/> as devices read it, 64 bits: the column in 31..0, the weight in 47..32 (two's complement),
/// bit 62 for a record that adds nothing, bit 63 for the last of a row. Rows follow each other; a row without entries is one record with
/// both bits. The other bits are 0.
/// </summary>
internal static class EdgeRecord
{
    public const ulong Nothing = 1UL << 62;

    public const ulong Last = 1UL << 63;

    /// <summary>The record of an entry.</summary>
    public static ulong Pack(int column, short weight, bool last) => (uint)column | ((ulong)(ushort)weight << 32) | (last ? Last : 0);

    /// <summary>Records of some rows: entries plus rows without any.</summary>
    /// <param name="adjacency">The matrix.</param>
    /// <param name="firstRow">First row.</param>
    /// <param name="endRow">Row after the last.</param>
    public static int Count(Int16Adjacency adjacency, int firstRow, int endRow)
    {
        int count = adjacency.RowOffsets[endRow] - adjacency.RowOffsets[firstRow];
        for (int row = firstRow; row < endRow; row++)
            count += adjacency.RowOffsets[row] == adjacency.RowOffsets[row + 1] ? 1 : 0;
        return count;
    }

    /// <summary>Writes the records of some rows, as many as <see cref="Count"/> says.</summary>
    public static void Write(Int16Adjacency adjacency, int firstRow, int endRow, Span<ulong> records)
    {
        int next = 0;
        for (int row = firstRow; row < endRow; row++)
        {
            int end = adjacency.RowOffsets[row + 1];
            if (adjacency.RowOffsets[row] == end)
                records[next++] = Nothing | Last;
            for (int e = adjacency.RowOffsets[row]; e < end; e++)
                records[next++] = Pack(adjacency.ColumnIndices[e], adjacency.Weights[e], e == end - 1);
        }
    }
}
