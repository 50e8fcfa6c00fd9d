using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// Cosine contrastive loss: <c>(1 - s(u,i)) + w/N sum_n max(0, s(u,n) - m)</c> over the N negatives that a batch shares. Trained on cosines
/// whatever the similarity, which decides only what is delivered. Source: Mao et al., "SimpleX", CIKM 2021.
/// </summary>
public sealed record MarginLoss : GraphLossSettings
{
    /// <summary>The cosine m up to which a negative costs nothing, -1 to 1.</summary>
    /// <value>The default is 0.4.</value>
    public float Margin { get; init; } = 0.4f;

    /// <summary>Weight w of the mean over negatives.</summary>
    /// <value>The default is 150.</value>
    public float NegativeWeight { get; init; } = 150f;

    /// <summary>Items, drawn uniformly, that the interactions of a batch share as negatives.</summary>
    /// <value>The default is 1024.</value>
    public int Negatives { get; init; } = 1024;

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
