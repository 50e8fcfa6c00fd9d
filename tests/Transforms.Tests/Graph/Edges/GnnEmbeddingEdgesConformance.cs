using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>A graph with everything: two behaviors, attributes of items, related items of two types with strengths.</summary>
public sealed class GnnEmbeddingEdgesConformance : TrainingConformance<GnnEmbeddingTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["User", "Item"];

    // Before the ids become keys: what the behavior is looked up by.
    protected override IEstimator<ITransformer> Preparation(MLContext ml) => ml.Transforms.Conversion
        .MapValue(
            "Behavior",
            Enumerable.Range(0, Checkerboard.Items).Select(i => KeyValuePair.Create(Checkerboard.ItemId(i), i % 4 < 2 ? "buy" : "view")),
            "Item")
        .Append(ml.Transforms.Text.TokenizeIntoWords("ItemWords", "ItemText"))
        .Append(base.Preparation(ml));

    protected override IEstimator<GnnEmbeddingTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.GnnEmbedding(new()
        {
            Edges = new()
            {
                EdgeTypeColumnName = "Behavior",
                EdgeTypes = [new("buy", IsTarget: true), new("view", 0.5f)],
                AttributeEdges = [new("ItemWords", 0.3f)],
                ItemRelations =
                [
                    new(ml.Data.LoadFromEnumerable(RelatedItems.Neighbors), 0.7f)
                    {
                        StrengthColumnName = "Strength",
                        EdgeTypeColumnName = "Type",
                        EdgeTypes = [new("series"), new("similar", 0.5f)],
                    },
                ],
            },
            Dimension = 12,
            Loss = GraphLoss.SampledSoftmax(negatives: 8),
            Training = new() { Epochs = 3, Seed = settings.Seed, Threads = settings.Threads, CancellationToken = settings.Cancellation },
        });
}
