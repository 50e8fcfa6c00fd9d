namespace HybridRec.MLNet;

/// <summary>
/// The losses of <see cref="GnnEmbeddingEstimator"/>, to write <c>Loss = GraphLoss.SampledSoftmax(temperature: 0.15f)</c>.
/// </summary>
public static class GraphLoss
{
    /// <summary>Cross entropy of an interaction's item against negatives that the batch shares.</summary>
    /// <param name="temperature">The divisor of the scores; null is 1 for dot products, 0.1 to 0.2 for cosines,
    /// by the number of items.</param>
    /// <param name="negatives">Items that the batch shares; null is 1024.</param>
    /// <param name="negativeSampling">How they are drawn; null is in the batch for cosines, else, and where their number is
    /// given, uniformly.</param>
    /// <param name="itemNormExponent">The exponent of an item's length under the cosine; null is 0.25 for cosines.</param>
    /// <returns>The settings of the loss.</returns>
    public static SampledSoftmaxLoss SampledSoftmax(
        float? temperature = null, int? negatives = null, NegativeSampling? negativeSampling = null, float? itemNormExponent = null) =>
            new()
            {
                Temperature = temperature,
                Negatives = negatives,
                NegativeSampling = negativeSampling,
                ItemNormExponent = itemNormExponent,
            };

    /// <summary>Bayesian personalized ranking: one negative an interaction.</summary>
    /// <param name="temperature">The divisor of the scores; null is 0.2 for cosines and 1 for dot products.</param>
    /// <param name="itemNormExponent">The exponent of an item's length under the cosine.</param>
    /// <returns>The settings of the loss.</returns>
    public static BprLoss Bpr(float? temperature = null, float itemNormExponent = 0) =>
        new() { Temperature = temperature, ItemNormExponent = itemNormExponent };

    /// <summary>Alignment and uniformity, without negatives.</summary>
    /// <param name="uniformityWeight">Weight gamma of uniformity.</param>
    /// <returns>The settings of the loss.</returns>
    public static DirectAuLoss DirectAu(float uniformityWeight = 1) => new() { UniformityWeight = uniformityWeight };

    /// <summary>The cosine contrastive loss.</summary>
    /// <param name="margin">The cosine up to which a negative costs nothing.</param>
    /// <param name="negativeWeight">Weight of the mean over negatives.</param>
    /// <param name="negatives">Sampled items that the batch shares.</param>
    /// <returns>The settings of the loss.</returns>
    public static MarginLoss Margin(float margin = 0.4f, float negativeWeight = 150, int negatives = 1024) =>
        new() { Margin = margin, NegativeWeight = negativeWeight, Negatives = negatives };
}
