using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// Cross entropy of the item of an interaction against a set of negatives shared by the batch:
/// <c>-log( e^(s(u,i)/T) / (e^(s(u,i)/T) + sum_n e^(s(u,n)/T)) )</c>. Source: Wu et al., "On the Effectiveness of Sampled Softmax Loss
/// for Item Recommendation", 2022.
/// </summary>
public sealed record SampledSoftmaxLoss : GraphLossSettings
{
    /// <summary>The divisor T of the scores, above 0.</summary>
    /// <value>The default is null: 0.2 for cosines and 1 for dot products.</value>
    public float? Temperature { get; init; }

    /// <summary>
    /// Sampled items that the interactions of a batch share as negatives; in-batch negatives are as many as the batch is large.
    /// </summary>
    /// <value>The default is 1024.</value>
    public int Negatives { get; init; } = 1024;

    /// <summary>How the negatives are drawn.</summary>
    /// <value>The default is <see cref="NegativeSampling.Uniform"/>.</value>
    public NegativeSampling NegativeSampling { get; init; } = NegativeSampling.Uniform;

    /// <summary>
    /// The exponent p of an item's length under the cosine: <c>s(u,i) = cos(u,i) |i|^p</c>, 0 to 1. A cosine alone can hardly say that an
    /// item is popular, and on data of many items and few ratings it loses much by that: see docs/quality.md for gowalla. 0 is the cosine;
    /// at 1 only users are brought to length 1. Training has it; what is served has it too, unless
    /// <see cref="GraphSimilarity.CosineServedWith"/> says otherwise.
    /// </summary>
    /// <value>The default is 0.</value>
    public float ItemNormExponent { get; init; }

    internal override float ItemExponent => ItemNormExponent;

    internal override IBatchSampler Sampler(InteractionGraph graph, int batchSize, int seed) =>
        new SharedNegativesSampler(graph, batchSize, new SharedNegatives(graph, NegativeSampling, NegativesOf(batchSize)), seed);

    internal override int NegativesOf(int batchSize) => NegativeSampling.Draws(Negatives, batchSize);

    internal override IBatchLoss Of(GraphBatch batch, int dimension, bool cosines, int threads)
    {
        int size = batch.Users.Length, drawn = batch.Negatives.Length;
        GraphHardNegatives? hard = NegativeSampling.KeepsHardest ? new GraphHardNegatives(Negatives, drawn, dimension, threads) : null;
        return new SampledSoftmaxBatchLoss(
            size, hard is null ? drawn : Negatives, dimension, InEffect(Temperature, cosines), threads, hard);
    }

    internal override void Validate(OptionCheck check)
    {
        check.Above0(Temperature, nameof(Temperature));
        check.Between(Negatives, 1, MostNegatives, nameof(Negatives));
        check.Between(ItemNormExponent, 0, 1, nameof(ItemNormExponent));
        ArgumentNullException.ThrowIfNull(NegativeSampling);
        NegativeSampling.Validate(check);
    }
}
