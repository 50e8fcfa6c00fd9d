using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>PinSage by sampled softmax.</summary>
public sealed class GnnEmbeddingPinSageConformance : TrainingConformance<GnnEmbeddingTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    protected override IEstimator<GnnEmbeddingTransformer> Estimator(MLContext ml, ConformanceSettings settings) => ml.Hybrid.GnnEmbedding(new()
    {
        Model = GraphModel.PinSage,
        WalkCount = 20,
        TopNeighbors = 5,
        Dimension = 9,
        Layers = 2,
        Epochs = 2,
        Negatives = 8,
        Seed = settings.Seed,
        Threads = settings.Threads,
        CancellationToken = settings.Cancellation,
    });
}
