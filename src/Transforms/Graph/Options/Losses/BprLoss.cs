using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="GraphLoss.Bpr"/>.</summary>
internal sealed record BprLoss : GraphLossSettings
{
    public required float? Temperature { get; init; }

    public required float ItemNormExponent { get; init; }

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
