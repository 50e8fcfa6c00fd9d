using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>GraphSAGE by BPR, over node features and blocks that leave neighbors out.</summary>
public sealed class GnnEmbeddingSageConformance : TrainingConformance<GnnEmbeddingTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item", "ItemMeaning"];

    protected override IEstimator<ITransformer> Preparation(MLContext ml) =>
        base.Preparation(ml).Append(ml.Transforms.Text.FeaturizeText("ItemMeaning", "ItemText"));

    protected override IEstimator<GnnEmbeddingTransformer> Estimator(MLContext ml, ConformanceSettings settings) => ml.Hybrid.GnnEmbedding(new()
    {
        Model = GraphModel.GraphSage,
        NodeFeatures = ["ItemMeaning"],
        Fanouts = [4, 3],
        Objective = GraphObjective.Bpr,
        Dimension = 9,
        Layers = 2,
        Epochs = 2,
        Negatives = 8,
        Seed = settings.Seed,
        Threads = settings.Threads,
        CancellationToken = settings.Cancellation,
    });
}
