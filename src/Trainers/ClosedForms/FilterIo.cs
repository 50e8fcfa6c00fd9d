namespace HybridRec.MLNet.ClosedForms;

/// <summary>Arrays in a saved state; what a damaged one says is checked before it is used.</summary>
internal static class FilterIo
{
    /// <summary>Refuses offsets that do not ascend from 0.</summary>
    /// <exception cref="FormatException">They do not.</exception>
    public static void CheckRows(int[] offsets, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            if (offsets[0] != 0 || offsets[row + 1] < offsets[row])
                throw new FormatException($"row {row} begins at {offsets[row]} and ends at {offsets[row + 1]}");
        }
    }

    /// <summary>Refuses indices outside 0 to count - 1.</summary>
    /// <exception cref="FormatException">One is.</exception>
    public static void CheckIndices(int[] indices, int count)
    {
        foreach (int index in indices)
        {
            if ((uint)index >= (uint)count)
                throw new FormatException($"index {index} of {count}");
        }
    }
}
