namespace HybridRec.MLNet.Items;

/// <summary>A scorer of a set of items that can also score it for someone who is no user of it. Thread-safe; finite scores, as <see cref="IItemScorer"/>.</summary>
internal interface IHistoryScorer
{
    /// <summary>Scores all items for someone who has some of them.</summary>
    /// <param name="items">Item codes.</param>
    /// <param name="scores">Receives a score an item, by code.</param>
    /// <returns>False when the model knows none of the items.</returns>
    bool TryScore(ReadOnlySpan<int> items, Span<float> scores);

    /// <summary>How much having one item speaks for another; 0 when the model does not tell.</summary>
    /// <param name="had">Item code.</param>
    /// <param name="recommended">Item code.</param>
    float Affinity(int had, int recommended);
}
