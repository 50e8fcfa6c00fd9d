using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>XSimGCL by sampled softmax: noise and contrast; with what updates need.</summary>
public sealed class GnnEmbeddingContrastConformance : TrainingConformance<GnnEmbeddingTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    protected override IEstimator<GnnEmbeddingTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GnnEmbedding(new()
        {
            Model = GraphModel.XSimGcl(layers: 2),
            Loss = GraphLoss.SampledSoftmax(negatives: 8),
            Dimension = 10,
            Updatable = true,
            Training = new() { Epochs = 2, Seed = settings.Seed, Threads = settings.Threads, CancellationToken = settings.Cancellation },
        });
}
