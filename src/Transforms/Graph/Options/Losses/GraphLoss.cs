namespace HybridRec.MLNet;

/// <summary>
/// The losses of <see cref="GnnEmbeddingEstimator"/>, to write <c>Loss = GraphLoss.SampledSoftmax(temperature: 0.15f)</c>. s(u,i) is the
/// score of the user's and the item's vector, T a temperature.
/// </summary>
public static class GraphLoss
{
    /// <summary>
    /// Cross entropy of the item of an interaction against a set of negatives shared by the batch:
    /// <c>-log( e^(s(u,i)/T) / (e^(s(u,i)/T) + sum_n e^(s(u,n)/T)) )</c>. Source: Wu et al., "On the Effectiveness of Sampled Softmax Loss
    /// for Item Recommendation", 2022.
    /// </summary>
    /// <param name="temperature">The divisor T of the scores, above 0. The default is null: 1 for dot products; for cosines
    /// <c>0.2 - 0.09 log10(I / 3300)</c>, between 0.1 and 0.2, where I is the number of items with an interaction: a large catalog has more
    /// items that are nearly right, and has to tell them apart.</param>
    /// <param name="negatives">Items that the interactions of a batch share as negatives, 1 to 2^20; in-batch negatives are at most so
    /// many. The default is null: 1024.</param>
    /// <param name="negativeSampling">How the negatives are drawn. The default is null: <see cref="NegativeSampling.InBatch"/> for cosines,
    /// but <see cref="NegativeSampling.Uniform"/> for dot products and where <paramref name="negatives"/> is given.</param>
    /// <param name="itemNormExponent">The exponent p of an item's length under the cosine: <c>s(u,i) = cos(u,i) |i|^p</c>, 0 to 1. A cosine
    /// alone can hardly say that an item is popular, and on data of many items and few ratings it loses much by that: see docs/quality.md
    /// for gowalla. 0 is the cosine; at 1 only users are brought to length 1. Training has it; what is served has one chosen near it,
    /// unless <see cref="GraphSimilarity.CosineServedWith"/> says otherwise. The default is null: 0.25 for cosines, 0 for dot
    /// products.</param>
    /// <returns>The settings of the loss.</returns>
    public static GraphLossSettings SampledSoftmax(
        float? temperature = null, int? negatives = null, NegativeSampling? negativeSampling = null, float? itemNormExponent = null) =>
        new SampledSoftmaxLoss
        {
            Temperature = temperature,
            Negatives = negatives,
            NegativeSampling = negativeSampling,
            ItemNormExponent = itemNormExponent,
        };

    /// <summary>
    /// Bayesian personalized ranking: <c>-ln sigmoid((s(u,i) - s(u,n))/T)</c> with one negative an interaction, which the user never
    /// touched. Source: Rendle et al., UAI 2009; sampled as LightGCN does: users uniformly, then one of their items.
    /// </summary>
    /// <param name="temperature">The divisor T of the scores, above 0. The default is null: 0.2 for cosines and 1 for dot products.</param>
    /// <param name="itemNormExponent">The exponent of an item's length under the cosine, as in <see cref="SampledSoftmax"/>: 0 to 1. The
    /// default is 0.</param>
    /// <returns>The settings of the loss.</returns>
    public static GraphLossSettings Bpr(float? temperature = null, float itemNormExponent = 0) =>
        new BprLoss { Temperature = temperature, ItemNormExponent = itemNormExponent };

    /// <summary>
    /// Alignment and uniformity, without negatives: <c>mean |u - i|^2 + gamma/2 (unif(users) + unif(items))</c>,
    /// <c>unif(X) = ln( mean over pairs of e^(-2 |x - y|^2) )</c>, over the batch's distinct users and items. Vectors are scaled to length
    /// 1 whatever the similarity, which decides only what is delivered. Source: Wang et al., "Towards Representation Alignment and
    /// Uniformity in Collaborative Filtering", KDD 2022 (DirectAU).
    /// </summary>
    /// <param name="uniformityWeight">Weight gamma of uniformity, 0 or more. The default is 1.</param>
    /// <returns>The settings of the loss.</returns>
    public static GraphLossSettings DirectAu(float uniformityWeight = 1) => new DirectAuLoss { UniformityWeight = uniformityWeight };

    /// <summary>
    /// Cosine contrastive loss: <c>(1 - s(u,i)) + w/N sum_n max(0, s(u,n) - m)</c> over the N negatives that a batch shares. Trained on
    /// cosines whatever the similarity, which decides only what is delivered. Source: Mao et al., "SimpleX", CIKM 2021.
    /// </summary>
    /// <param name="margin">The cosine m up to which a negative costs nothing, -1 to 1. The default is 0.4.</param>
    /// <param name="negativeWeight">Weight w of the mean over negatives, 0 or more. The default is 150.</param>
    /// <param name="negatives">Items, drawn uniformly, that the interactions of a batch share as negatives, 1 to 2^20. The default is
    /// 1024.</param>
    /// <returns>The settings of the loss.</returns>
    public static GraphLossSettings Margin(float margin = 0.4f, float negativeWeight = 150, int negatives = 1024) =>
        new MarginLoss { Margin = margin, NegativeWeight = negativeWeight, Negatives = negatives };
}
