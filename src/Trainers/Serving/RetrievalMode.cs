namespace HybridRec.MLNet;

/// <summary>How a <see cref="Recommender"/> finds the items with the highest scores.</summary>
public enum RetrievalMode
{
    /// <summary>Exact up to a million items, Approximate beyond.</summary>
    Automatic,

    /// <summary>
    /// The list that scoring all items gives. For a DotProduct or Linear head the score is an inner product, and a scan of the table finds
    /// it; an MLP scores every item.
    /// </summary>
    Exact,

    /// <summary>
    /// The candidates with the highest inner products (what the head adds up past its hidden layers), found exactly, and then ranked by the
    /// whole head. For DotProduct and Linear heads it is the same as Exact.
    /// </summary>
    TwoStage,

    /// <summary>
    /// As TwoStage, with candidates from an approximate index that is calibrated to <see cref="RecommenderOptions.TargetRecall"/>.
    /// </summary>
    Approximate,
}
