using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>The loss and the sampler that belong to <see cref="GnnEmbeddingOptions.Objective"/>.</summary>
internal static class GraphObjectives
{
    public static IBatchSampler Sampler(InteractionGraph graph, GnnEmbeddingOptions options, int batchSize) => options.Objective == GraphObjective.Bpr
        ? new PairwiseSampler(graph, batchSize, options.Seed)
        : new SharedNegativesSampler(graph, batchSize, options);

    public static GraphBatch Batch(int nodeCount, GnnEmbeddingOptions options, int batchSize) => new(
        nodeCount, batchSize, options.Objective == GraphObjective.Bpr ? batchSize : SharedNegatives.Most(options, batchSize));

    public static IGraphObjective Loss(GnnEmbeddingOptions options, GraphBatch batch)
    {
        (int size, int negatives, int dimension, int threads) = (batch.Users.Length, batch.Negatives.Length, options.Dimension, options.Threads);
        bool hard = options.NegativeSampling == GraphNegativeSampling.Hard;
        return options.Objective switch
        {
            GraphObjective.Bpr => new BprObjective(dimension, options.EffectiveTemperature),
            GraphObjective.DirectAu => new DirectAuObjective(batch, dimension, options.UniformityWeight, threads),
            GraphObjective.Margin => new MarginObjective(size, negatives, dimension, options.Margin, options.NegativeWeight, threads),
            _ => new SampledSoftmaxObjective(
                size, hard ? options.Negatives : negatives, dimension, options.EffectiveTemperature, threads,
                hard ? new GraphHardNegatives(options.Negatives, negatives, dimension, threads) : null),
        };
    }
}
