using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// Which items the interactions of a batch share as negatives under <see cref="GraphLoss.SampledSoftmax"/>. Only items with an interaction
/// are drawn, with replacement; I is their number. A negative n drawn with probability q(n) enters the sum as <c>e^(s(u,n)/T) / (I
/// q(n))</c> (logQ correction), so that the expected sum is that of uniform ones.
/// </summary>
public abstract record NegativeSampling
{
    private protected NegativeSampling()
    {
    }

    /// <summary>Uniformly: q = 1/I.</summary>
    public static NegativeSampling Uniform { get; } = new UniformSampling();

    /// <summary>
    /// The positives of the batch's other interactions, which come by popularity with exponent 1; of a batch of more interactions than
    /// negatives those of its first ones, which are in random order. Source: Yi et al., RecSys 2019.
    /// </summary>
    public static NegativeSampling InBatch { get; } = new InBatchSampling();

    /// <summary>
    /// By popularity: q is proportional to (users of the item) ^ exponent. Source: Mikolov et al., NIPS 2013 (exponent 0.75).
    /// </summary>
    /// <param name="exponent">0 is uniform, 1 by the number of users.</param>
    /// <returns>The sampling.</returns>
    public static NegativeSampling Popularity(float exponent = 0.75f) => new PopularitySampling(exponent);

    /// <summary>
    /// Of a uniform pool: the first half of the negatives as drawn, and from the rest of the pool as many with the highest score, an item's
    /// score being its largest <c>s(u,i)</c> with the users of the batch's first 128 interactions (ties: the earlier drawn). Not
    /// corrected: it is biased on purpose.
    /// </summary>
    /// <param name="poolFactor">How many times the negatives the pool is: 2 to 64.</param>
    /// <returns>The sampling.</returns>
    public static NegativeSampling Hard(int poolFactor = 4) => new HardSampling(poolFactor);

    /// <summary>The exponent of the number of users in q; null for uniform ones, which need no correction.</summary>
    internal virtual double? DegreeExponent => null;

    /// <summary>Whether the batch's own positives are the negatives.</summary>
    internal virtual bool TakesPositives => false;

    /// <summary>Whether the hardest of those drawn are kept.</summary>
    internal virtual bool KeepsHardest => false;

    /// <summary>Items drawn for a batch.</summary>
    /// <param name="negatives">Negatives that the options ask for.</param>
    /// <param name="batchSize">Interactions of the batch.</param>
    internal virtual int Draws(int negatives, int batchSize) => negatives;

    /// <summary>Refuses illegal settings.</summary>
    internal virtual void Validate(OptionCheck check)
    {
    }

    private sealed record UniformSampling : NegativeSampling;

    private sealed record InBatchSampling : NegativeSampling
    {
        internal override double? DegreeExponent => 1;

        internal override bool TakesPositives => true;

        internal override int Draws(int negatives, int batchSize) => Math.Min(negatives, batchSize);
    }

    private sealed record PopularitySampling(float Exponent) : NegativeSampling
    {
        internal override double? DegreeExponent => Exponent;

        internal override void Validate(OptionCheck check) => check.AtLeast(Exponent, 0, "Exponent");
    }

    private sealed record HardSampling(int PoolFactor) : NegativeSampling
    {
        internal override bool KeepsHardest => true;

        internal override int Draws(int negatives, int batchSize) => negatives * PoolFactor;

        internal override void Validate(OptionCheck check) => check.Between(PoolFactor, 2, 64, "PoolFactor");
    }
}
