namespace HybridRec.MLNet;

/// <summary>What <c>ml.Hybrid.EvaluateTopK</c> measures on the first k items of every user's ranking.</summary>
public enum TopKMetric
{
    /// <summary>Precision at k: hits / k, with k fixed even when fewer items can be ranked. Mean over users.</summary>
    Precision,

    /// <summary>
    /// Recall at k: hits / number of the user's relevant items, all of them, also those no ranking can reach. Mean over users.
    /// </summary>
    Recall,

    /// <summary>
    /// Normalized discounted cumulative gain at k: binary gains, base-2 logarithm, ideal over min(k, relevant items). Mean over users.
    /// </summary>
    Ndcg,

    /// <summary>
    /// Reciprocal rank at k: 1 / rank of the first relevant item, 0 when it is not among the first k. Mean over users (MRR).
    /// </summary>
    Mrr,

    /// <summary>Average precision at k: mean of the precision at each hit, over min(k, relevant items). Mean over users (MAP).</summary>
    Map,

    /// <summary>Hit rate at k: 1 when at least one of the first k items is relevant. Mean over users.</summary>
    HitRate,

    /// <summary>
    /// Mean self-information of the recommended items in bits: how little known they are. Mean over users; higher is more novel.
    /// </summary>
    Novelty,

    /// <summary>
    /// Share of the items that at least one user gets among the first k. One number for the whole run, without an interval.
    /// </summary>
    Coverage,

    /// <summary>
    /// Gini index of how often each item is recommended: 0 all equally, towards 1 a few items only. One number for the
    /// whole run, without an interval.
    /// </summary>
    Gini,
}
