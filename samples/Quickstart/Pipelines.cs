using HybridRec.MLNet;
using Microsoft.ML;

namespace Quickstart;

/// <summary>The three pipelines that are compared: structure alone, meaning alone, and the pipeline that the house recommends.</summary>
internal static class Pipelines
{
    public const string GnnOnly = "GNN only", TextOnly = "Text only", Hybrid = "Hybrid";

    public static readonly string[] Names = [GnnOnly, TextOnly, Hybrid];

    /// <param name="ml">The context.</param>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="data">What it will be fitted on.</param>
    /// <param name="seed">Seed of everything random.</param>
    /// <param name="progress">Told after every epoch.</param>
    public static IEstimator<ITransformer> Build(
        MLContext ml, string name, QuickstartData data, int seed, IProgress<TrainingProgress> progress)
    {
        float? stars = data.RelevanceThreshold;
        var keys = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"));
        var text = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText");
        var graph = new GnnEmbeddingOptions { PositiveThreshold = stars, Training = new() { Seed = seed, Progress = progress } };
        var profile = ml.Hybrid.UserProfile(new UserProfileOptions { PositiveThreshold = stars, Seed = seed });
        var ranking = new RankingOptions { PositiveThreshold = stars, Training = new() { Seed = seed, Progress = progress } };
        return name switch
        {
            GnnOnly => keys
                .Append(ml.Hybrid.GnnEmbedding(graph))
                .Append(ml.Hybrid.Fuse("Features", user: ["UserGraph"], item: ["ItemGraph"]))
                .Append(ml.Hybrid.Ranking(ranking with { Head = RankingHead.DotProduct() })),
            TextOnly => keys
                .Append(text)
                .Append(profile)
                .Append(ml.Hybrid.Fuse("Features", user: ["UserMeaning"], item: ["ItemMeaning"]))
                .Append(ml.Hybrid.Ranking(ranking)),
            Hybrid => ml.Hybrid.DefaultPipeline(
                data.Split.TrainSet, new() { PositiveThreshold = stars, Seed = seed, Progress = progress }),
            _ => throw new ArgumentException($"'{name}' is none of {string.Join(", ", Names)}.", nameof(name)),
        };
    }
}
