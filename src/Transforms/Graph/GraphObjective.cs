namespace HybridRec.MLNet;

/// <summary>What the training of <see cref="GnnEmbeddingEstimator"/> minimises.</summary>
public enum GraphObjective
{
    /// <summary>
    /// Cross entropy of the item of an interaction against a set of negatives shared by the batch:
    /// <c>-log( e^(s(u,i)/T) / (e^(s(u,i)/T) + sum_n e^(s(u,n)/T)) )</c>. Source: Wu et al., "On the Effectiveness of Sampled Softmax Loss for Item Recommendation", 2022.
    /// </summary>
    SampledSoftmax,

    /// <summary>
    /// Bayesian personalised ranking: <c>-ln sigmoid((s(u,i) - s(u,n))/T)</c> with one negative an interaction, which the user never touched.
    /// Source: Rendle et al., UAI 2009; sampled as LightGCN does: users uniformly, then one of their items.
    /// </summary>
    Bpr,
}
