namespace HybridRec.MLNet.Serving;

/// <summary>Who has what: the user code and the item row of each interaction.</summary>
internal sealed record InteractionPairs(int[] Users, int[] Rows)
{
    /// <summary>Interactions of each row.</summary>
    public int[] Counts(int rows)
    {
        int[] counts = new int[rows];
        foreach (int row in Rows)
            counts[row]++;
        return counts;
    }
}
