namespace HybridRec.MLNet.ClosedForms;

/// <summary>The item x item weights B of a filter: the score of an item is the sum of its column over the user's items.</summary>
internal interface IItemWeights : IItemFilter
{
    bool IItemFilter.ScoresAllAtOnce => false;

    void IItemFilter.Score(ReadOnlySpan<int> taken, Span<float> scores)
    {
        scores.Clear();
        foreach (int item in taken)
            AddRow(item, scores);
    }

    float IItemFilter.Score(ReadOnlySpan<int> taken, int item)
    {
        float score = 0;
        foreach (int own in taken)
            score += Weight(own, item);
        return score;
    }

    /// <summary>Adds row <paramref name="item"/> of B.</summary>
    /// <param name="item">An item the user has.</param>
    /// <param name="scores"><see cref="IItemFilter.ItemCount"/> scores.</param>
    void AddRow(int item, Span<float> scores);

    /// <summary>One weight: the very number that <see cref="AddRow"/> adds.</summary>
    /// <param name="item">An item the user has.</param>
    /// <param name="scored">The item that is scored.</param>
    float Weight(int item, int scored);
}
