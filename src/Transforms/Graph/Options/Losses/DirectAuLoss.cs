using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// Alignment and uniformity, without negatives: <c>mean |u - i|^2 + gamma/2 (unif(users) + unif(items))</c>,
/// <c>unif(X) = ln( mean over pairs of e^(-2 |x - y|^2) )</c>, over the batch's distinct users and items. Vectors are scaled to length 1
/// whatever the similarity, which decides only what is delivered. Source: Wang et al., "Towards Representation Alignment and Uniformity in
/// Collaborative Filtering", KDD 2022 (DirectAU).
/// </summary>
public sealed record DirectAuLoss : GraphLossSettings
{
    /// <summary>Weight gamma of uniformity.</summary>
    /// <value>The default is 1.</value>
    public float UniformityWeight { get; init; } = 1f;

    internal override bool OfCosines => true;

    internal override IBatchSampler Sampler(InteractionGraph graph, int batchSize, int seed) =>
        new SharedNegativesSampler(graph, batchSize, new SharedNegatives(graph, NegativeSampling.Uniform, 0), seed);

    internal override int NegativesOf(int batchSize) => 0;

    internal override IBatchLoss Of(GraphBatch batch, int dimension, bool cosines, int threads) =>
        new DirectAuBatchLoss(batch, dimension, UniformityWeight, threads);

    internal override void Validate(OptionCheck check) => check.AtLeast(UniformityWeight, 0, nameof(UniformityWeight));
}
