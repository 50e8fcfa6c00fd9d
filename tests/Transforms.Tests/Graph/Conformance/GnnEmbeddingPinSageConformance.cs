using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>PinSage by sampled softmax.</summary>
public sealed class GnnEmbeddingPinSageConformance : TrainingConformance<GnnEmbeddingTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    protected override IEstimator<GnnEmbeddingTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GnnEmbedding(new()
        {
            Model = GraphModel.PinSage(layers: 2, walkCount: 20, topNeighbors: 5),
            Loss = GraphLoss.SampledSoftmax(negatives: 8),
            Dimension = 9,
            Training = new() { Epochs = 2, Seed = settings.Seed, Threads = settings.Threads, CancellationToken = settings.Cancellation },
        });
}
