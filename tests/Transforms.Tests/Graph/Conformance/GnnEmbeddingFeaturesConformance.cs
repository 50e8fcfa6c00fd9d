using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>The graph convolution with trained weights, by BPR, over node features.</summary>
public sealed class GnnEmbeddingFeaturesConformance : TrainingConformance<GnnEmbeddingTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item", "ItemMeaning"];

    protected override IEstimator<ITransformer> Preparation(MLContext ml) =>
        base.Preparation(ml).Append(ml.Transforms.Text.FeaturizeText("ItemMeaning", "ItemText"));

    protected override IEstimator<GnnEmbeddingTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GnnEmbedding(new()
        {
            NodeFeatures = ["ItemMeaning"],
            Model = GraphModel.Gcn(layers: 2),
            Loss = GraphLoss.Bpr(),
            Dimension = 9,
            Training = new() { Epochs = 2, Seed = settings.Seed, Threads = settings.Threads, CancellationToken = settings.Cancellation },
        });
}
