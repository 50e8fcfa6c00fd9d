namespace HybridRec.MLNet;

/// <summary>
/// Which items the interactions of a batch share as negatives under <see cref="GraphObjective.SampledSoftmax"/>. Only items with an interaction are drawn, with replacement; I is their
/// number. A negative n drawn with probability q(n) enters the sum as <c>e^(s(u,n)/T) / (I q(n))</c> (logQ correction), so that the expected sum is that of uniform ones.
/// </summary>
public enum GraphNegativeSampling
{
    /// <summary>Uniformly: q = 1/I.</summary>
    Uniform,

    /// <summary>By popularity: q is proportional to (users of the item) ^ <see cref="GnnEmbeddingOptions.PopularityExponent"/>. Source: Mikolov et al., NIPS 2013 (exponent 0.75).</summary>
    Popularity,

    /// <summary>The positives of the batch's other interactions, which come by popularity with exponent 1; <c>Negatives</c> does not count. Source: Yi et al., RecSys 2019.</summary>
    InBatch,

    /// <summary>
    /// Of a uniform pool of <c>Negatives</c> times <see cref="GnnEmbeddingOptions.HardPoolFactor"/>: the first half of <c>Negatives</c> as drawn, and from the rest of the pool as many with
    /// the highest score, an item's score being its largest <c>s(u,i)</c> with the users of the batch's first 128 interactions (ties: the earlier drawn). Not corrected: it is biased on purpose.
    /// </summary>
    Hard,
}
