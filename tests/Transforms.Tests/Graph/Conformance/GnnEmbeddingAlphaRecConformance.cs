using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>AlphaRec with the MLP: no id embeddings.</summary>
public sealed class GnnEmbeddingAlphaRecConformance : TrainingConformance<GnnEmbeddingTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item", "ItemMeaning"];

    protected override IEstimator<ITransformer> Preparation(MLContext ml) =>
        base.Preparation(ml).Append(ml.Transforms.Text.FeaturizeText("ItemMeaning", "ItemText"));

    protected override IEstimator<GnnEmbeddingTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GnnEmbedding(new()
        {
            Model = GraphModel.AlphaRec(layers: 2),
            Loss = GraphLoss.SampledSoftmax(negatives: 8),
            NodeFeatures = ["ItemMeaning"],
            FeatureProjection = GraphFeatureProjection.Mlp(11),
            Dimension = 9,
            Updatable = true,
            Training = new() { Epochs = 2, Seed = settings.Seed, Threads = settings.Threads, CancellationToken = settings.Cancellation },
        });
}
