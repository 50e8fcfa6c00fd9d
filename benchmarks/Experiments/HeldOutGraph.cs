using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// Keys and a graph that leave to the ranker the rows that a tuned text stage will leave to it: the profile of lexical vectors chooses
/// them, as the tuned stage does, and the graph keeps to it.
/// </summary>
internal static class HeldOutGraph
{
    /// <summary>Fits them on training rows.</summary>
    /// <param name="ml">Context.</param>
    /// <param name="train">The training rows, with item texts.</param>
    /// <param name="graph">The graph's options; threshold and seed are the profile's too.</param>
    /// <param name="share">Share of each user's rows that is held out.</param>
    public static TransformerChain<ITransformer> Fit(MLContext ml, IDataView train, GnnEmbeddingOptions graph, double share) =>
        ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(ml.Hybrid.LlmEmbedding("ItemWords", "ItemText", TextEncoder.Lexical(seed: 1)))
            .Append(ml.Hybrid.UserProfile(new UserProfileOptions
            {
                OutputColumnName = "UserWords",
                ItemVectorColumnName = "ItemWords",
                PositiveThreshold = graph.PositiveThreshold,
                HoldoutFraction = share,
                Seed = graph.Training.Seed ?? 1
            }))
            .Append<ITransformer>(ml.Hybrid.GnnEmbedding(graph))
            .Fit(train);
}
