using HybridRec.MLNet;
using Microsoft.ML;

namespace Quickstart;

/// <summary>The three pipelines that are compared: structure alone, meaning alone, and both fused.</summary>
internal static class Pipelines
{
    public const string GnnOnly = "GNN only", TextOnly = "Text only", Hybrid = "Hybrid";

    public static readonly string[] Names = [GnnOnly, TextOnly, Hybrid];

    /// <param name="ml">The context.</param>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="stars">From how many stars on a row is a positive; null when every row is.</param>
    /// <param name="seed">Seed of everything random.</param>
    /// <param name="progress">Told after every epoch.</param>
    public static IEstimator<ITransformer> Build(MLContext ml, string name, float? stars, int seed, IProgress<TrainingProgress> progress)
    {
        var keys = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"));
        var text = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText");
        var graph = new GnnEmbeddingOptions { PositiveThreshold = stars, Seed = seed, Progress = progress };
        var profile = ml.Hybrid.UserProfile(new UserProfileOptions { PositiveThreshold = stars, Seed = seed });
        var ranking = new RankingOptions { PositiveThreshold = stars, Seed = seed, Progress = progress };
        return name switch
        {
            GnnOnly => keys
                .Append(ml.Hybrid.GnnEmbedding(graph))
                .Append(ml.Hybrid.Fuse("Features", "UserGraph", "ItemGraph"))
                .Append(ml.Hybrid.Ranking(ranking with { Head = RankingHead.DotProduct })),
            TextOnly => keys
                .Append(text)
                .Append(profile)
                .Append(ml.Hybrid.Fuse("Features", "UserMeaning", "ItemMeaning"))
                .Append(ml.Hybrid.Ranking(ranking)),
            Hybrid => keys
                .Append(text)
                .Append(ml.Hybrid.GnnEmbedding(graph with { NodeFeatures = ["ItemMeaning"] }))
                .Append(profile)
                .Append(ml.Hybrid.Fuse("Features", "UserGraph", "UserMeaning", "ItemGraph", "ItemMeaning"))
                .Append(ml.Hybrid.Ranking(ranking with { Head = RankingHead.Linear })),
            _ => throw new ArgumentException($"'{name}' is none of {string.Join(", ", Names)}.", nameof(name)),
        };
    }
}
