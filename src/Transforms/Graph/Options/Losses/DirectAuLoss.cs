using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="GraphLoss.DirectAu"/>.</summary>
internal sealed record DirectAuLoss : GraphLossSettings
{
    public required float UniformityWeight { get; init; }

    internal override bool OfCosines => true;

    internal override IBatchSampler Sampler(InteractionGraph graph, int batchSize, int seed) =>
        new SharedNegativesSampler(graph, batchSize, new SharedNegatives(graph, NegativeSampling.Uniform, 0), seed);

    internal override int NegativesOf(int batchSize) => 0;

    internal override IBatchLoss Of(GraphBatch batch, int dimension, bool cosines, int threads) =>
        new DirectAuBatchLoss(batch, dimension, UniformityWeight, threads);

    internal override void Validate(OptionCheck check) => check.AtLeast(UniformityWeight, 0, nameof(UniformityWeight));
}
