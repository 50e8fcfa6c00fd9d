using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="GraphLoss.Margin"/>.</summary>
internal sealed record MarginLoss : GraphLossSettings
{
    public required float Margin { get; init; }

    public required float NegativeWeight { get; init; }

    public required int Negatives { get; init; }

    internal override bool OfCosines => true;

    internal override IBatchSampler Sampler(InteractionGraph graph, int batchSize, int seed) =>
        new SharedNegativesSampler(graph, batchSize, new SharedNegatives(graph, NegativeSampling.Uniform, Negatives), seed);

    internal override int NegativesOf(int batchSize) => Negatives;

    internal override IBatchLoss Of(GraphBatch batch, int dimension, bool cosines, int threads) =>
        new MarginBatchLoss(batch.Users.Length, batch.Negatives.Length, dimension, Margin, NegativeWeight, threads);

    internal override void Validate(OptionCheck check)
    {
        check.Between(Margin, -1, 1, nameof(Margin));
        check.AtLeast(NegativeWeight, 0, nameof(NegativeWeight));
        check.Between(Negatives, 1, MostNegatives, nameof(Negatives));
    }
}
