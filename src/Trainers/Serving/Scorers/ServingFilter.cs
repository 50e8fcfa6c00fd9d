namespace HybridRec.MLNet.Serving;

/// <summary>Which items of the table may be recommended.</summary>
/// <param name="excluded">Rows to leave out, ascending.</param>
/// <param name="allowed">The only rows that may come, ascending; null: all.</param>
internal readonly ref struct ServingFilter(ReadOnlySpan<int> excluded, int[]? allowed)
{
    /// <summary>Rows to leave out, ascending.</summary>
    public ReadOnlySpan<int> Excluded { get; } = excluded;

    /// <summary>The only rows that may come, ascending; null: all.</summary>
    public int[]? Allowed { get; } = allowed;

    /// <summary>The rows that may come, ascending, where only some are allowed.</summary>
    public int[] Rows()
    {
        var rows = new List<int>(Allowed!.Length);
        foreach (int row in Allowed)
        {
            if (Excluded.BinarySearch(row) < 0)
                rows.Add(row);
        }

        return [.. rows];
    }
}
