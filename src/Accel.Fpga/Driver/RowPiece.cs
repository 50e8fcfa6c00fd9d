namespace HybridRec.MLNet.Accel;

/// <summary>Rows that one unit takes in one launch.</summary>
/// <param name="First">First row.</param>
/// <param name="End">Row after the last.</param>
/// <param name="Records">Their records.</param>
internal readonly record struct RowPiece(int First, int End, int Records)
{
    public int Rows => End - First;

    /// <summary>
    /// Where a piece ends that begins at a row: a fair share of the entries and rows that are left, and not above a limit unless a single
    /// row is. Never empty while rows are left.
    /// </summary>
    /// <param name="adjacency">The matrix.</param>
    /// <param name="first">First row.</param>
    /// <param name="shares">Units that what is left is shared out over.</param>
    /// <param name="most">Limit of entries and rows.</param>
    public static int EndOf(Int16Adjacency adjacency, int first, int shares, int most)
    {
        ReadOnlySpan<int> offsets = adjacency.RowOffsets;
        long left = (long)offsets[adjacency.Rows] - offsets[first] + adjacency.Rows - first;
        long share = Math.Min((left + shares - 1) / shares, most);
        int low = first, high = adjacency.Rows;
        while (low < high)
        {
            int middle = low + ((high - low + 1) / 2);
            if ((long)offsets[middle] - offsets[first] + middle - first <= share)
                low = middle;
            else
                high = middle - 1;
        }

        return low == first && first < adjacency.Rows ? first + 1 : low;
    }
}
