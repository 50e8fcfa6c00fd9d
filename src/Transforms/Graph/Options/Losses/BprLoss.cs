using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// Bayesian personalized ranking: <c>-ln sigmoid((s(u,i) - s(u,n))/T)</c> with one negative an interaction, which the user never touched.
/// Source: Rendle et al., UAI 2009; sampled as LightGCN does: users uniformly, then one of their items.
/// </summary>
public sealed record BprLoss : GraphLossSettings
{
    /// <inheritdoc cref="SampledSoftmaxLoss.Temperature"/>
    public float? Temperature { get; init; }

    /// <inheritdoc cref="SampledSoftmaxLoss.ItemNormExponent"/>
    public float ItemNormExponent { get; init; }

    internal override float ItemExponent => ItemNormExponent;

    internal override IBatchSampler Sampler(InteractionGraph graph, int batchSize, int seed) => new PairwiseSampler(graph, batchSize, seed);

    internal override int NegativesOf(int batchSize) => batchSize;

    internal override IBatchLoss Of(GraphBatch batch, int dimension, bool cosines, int threads) =>
        new BprBatchLoss(dimension, InEffect(Temperature, cosines));

    internal override void Validate(OptionCheck check)
    {
        check.Above0(Temperature, nameof(Temperature));
        check.Between(ItemNormExponent, 0, 1, nameof(ItemNormExponent));
    }
}
