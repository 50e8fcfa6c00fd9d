namespace HybridRec.MLNet.Accel;

/// <summary>
/// Orders (row, column) pairs by row, then column, then input position, with two stable counting passes:
/// O(pairs + rows + columns), no comparisons.
/// </summary>
internal static class CoordinateSort
{
    /// <summary>Returns the input positions in sorted order. Ids have to be checked by the caller.</summary>
    public static int[] Order(int rows, int columns, ReadOnlySpan<int> r, ReadOnlySpan<int> c)
    {
        int[] byColumn = new int[r.Length];
        int[] start = Offsets(columns, c);
        for (int i = 0; i < c.Length; i++)
            byColumn[start[c[i]]++] = i;

        int[] order = new int[r.Length];
        start = Offsets(rows, r);
        foreach (int i in byColumn)
            order[start[r[i]]++] = i;
        return order;
    }

    /// <summary>Exclusive prefix sums of the counts of each id; one entry more than there are ids.</summary>
    public static int[] Offsets(int count, ReadOnlySpan<int> ids)
    {
        int[] offsets = new int[checked(count + 1)];
        foreach (int id in ids)
            offsets[id + 1]++;
        for (int i = 0; i < count; i++)
            offsets[i + 1] += offsets[i];
        return offsets;
    }
}
