using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The score <c>s(u,i)</c> of two node vectors.</summary>
public sealed record GraphSimilarity
{
    private GraphSimilarity()
    {
    }

    /// <summary>
    /// The cosine, times a power of the item's length where the loss has an itemNormExponent above 0. The vectors delivered by
    /// <see cref="GnnEmbeddingTransformer"/> have length 1, or that power, so that their dot product is the score the model was trained on.
    /// </summary>
    public static GraphSimilarity Cosine { get; } = new() { IsCosine = true };

    /// <summary>The dot product.</summary>
    public static GraphSimilarity Dot { get; } = new();

    /// <summary>Whether it is the cosine.</summary>
    public bool IsCosine { get; private init; }

    /// <summary>
    /// The exponent p of validation and of the vectors that are served; null validates with that of the loss and, where that is above 0,
    /// serves with one near it that is better on the holdout by more than the standard error, if there is any.
    /// </summary>
    public float? ServedItemNormExponent { get; private init; }

    /// <summary>
    /// The cosine with another exponent p in validation and in the vectors that are served than in training: an item's vector has length
    /// <c>|i|^p</c>, one of an item never seen the mean length of the others. A higher one recommends more popular items, without
    /// training again. For every loss.
    /// </summary>
    /// <param name="itemNormExponent">p, 0 to 1.</param>
    /// <returns>The similarity.</returns>
    public static GraphSimilarity CosineServedWith(float itemNormExponent) => Cosine with { ServedItemNormExponent = itemNormExponent };

    /// <summary>Refuses illegal settings.</summary>
    internal void Validate(OptionCheck check) => check.Between(ServedItemNormExponent, 0, 1, nameof(ServedItemNormExponent));
}
