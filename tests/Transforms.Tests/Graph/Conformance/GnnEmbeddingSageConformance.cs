using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>GraphSAGE by BPR, over node features and blocks that leave neighbors out.</summary>
public sealed class GnnEmbeddingSageConformance : TrainingConformance<GnnEmbeddingTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item", "ItemMeaning"];

    protected override IEstimator<ITransformer> Preparation(MLContext ml) =>
        base.Preparation(ml).Append(ml.Transforms.Text.FeaturizeText("ItemMeaning", "ItemText"));

    protected override IEstimator<GnnEmbeddingTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GnnEmbedding(new()
        {
            Model = GraphModel.GraphSage(layers: 2, fanouts: [4, 3]),
            NodeFeatures = ["ItemMeaning"],
            Loss = GraphLoss.Bpr(),
            Dimension = 9,
            Training = new() { Epochs = 2, Seed = settings.Seed, Threads = settings.Threads, CancellationToken = settings.Cancellation },
        });
}
