using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>XSimGCL by sampled softmax: noise and contrast; with what updates need.</summary>
public sealed class GnnEmbeddingContrastConformance : TrainingConformance<GnnEmbeddingTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    protected override IEstimator<GnnEmbeddingTransformer> Estimator(MLContext ml, ConformanceSettings settings) => ml.Hybrid.GnnEmbedding(new()
    {
        Model = GraphModel.XSimGcl,
        Dimension = 10,
        Layers = 2,
        Epochs = 2,
        Negatives = 8,
        Updatable = true,
        Seed = settings.Seed,
        Threads = settings.Threads,
        CancellationToken = settings.Cancellation,
    });
}
