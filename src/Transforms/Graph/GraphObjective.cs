namespace HybridRec.MLNet;

/// <summary>What the training of <see cref="GnnEmbeddingEstimator"/> minimizes.</summary>
public enum GraphObjective
{
    /// <summary>
    /// Cross entropy of the item of an interaction against a set of negatives shared by the batch:
    /// <c>-log( e^(s(u,i)/T) / (e^(s(u,i)/T) + sum_n e^(s(u,n)/T)) )</c>. Source: Wu et al., "On the Effectiveness of Sampled Softmax Loss for Item Recommendation", 2022.
    /// </summary>
    SampledSoftmax,

    /// <summary>
    /// Bayesian personalized ranking: <c>-ln sigmoid((s(u,i) - s(u,n))/T)</c> with one negative an interaction, which the user never touched.
    /// Source: Rendle et al., UAI 2009; sampled as LightGCN does: users uniformly, then one of their items.
    /// </summary>
    Bpr,

    /// <summary>
    /// Alignment and uniformity, without negatives: <c>mean |u - i|^2 + gamma/2 (unif(users) + unif(items))</c>, <c>unif(X) = ln( mean over pairs of e^(-2 |x - y|^2) )</c>, over the batch's
    /// distinct users and items; gamma is <see cref="GnnEmbeddingOptions.UniformityWeight"/>. Vectors are scaled to length 1 whatever the similarity, which decides only what is delivered.
    /// Source: Wang et al., "Towards Representation Alignment and Uniformity in Collaborative Filtering", KDD 2022 (DirectAU).
    /// </summary>
    DirectAu,

    /// <summary>
    /// Cosine contrastive loss: <c>(1 - s(u,i)) + w/N sum_n max(0, s(u,n) - m)</c> over the N negatives that a batch shares; m is <see cref="GnnEmbeddingOptions.Margin"/> and w
    /// <see cref="GnnEmbeddingOptions.NegativeWeight"/>. Trained on cosines whatever the similarity, which decides only what is delivered. Source: Mao et al., "SimpleX", CIKM 2021.
    /// </summary>
    Margin,
}
