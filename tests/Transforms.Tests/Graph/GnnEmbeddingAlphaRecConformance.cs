using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>AlphaRec with the MLP: no id embeddings.</summary>
public sealed class GnnEmbeddingAlphaRecConformance : TrainingConformance<GnnEmbeddingTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item", "ItemMeaning"];

    protected override IEstimator<ITransformer> Preparation(MLContext ml) =>
        base.Preparation(ml).Append(ml.Transforms.Text.FeaturizeText("ItemMeaning", "ItemText"));

    protected override IEstimator<GnnEmbeddingTransformer> Estimator(MLContext ml, ConformanceSettings settings) => ml.Hybrid.GnnEmbedding(new()
    {
        Model = GraphModel.AlphaRec,
        NodeFeatures = ["ItemMeaning"],
        FeatureProjection = GraphFeatureProjection.Mlp,
        FeatureHiddenSize = 11,
        Dimension = 9,
        Layers = 2,
        Epochs = 2,
        Negatives = 8,
        Updatable = true,
        Seed = settings.Seed,
        Threads = settings.Threads,
        CancellationToken = settings.Cancellation,
    });
}
