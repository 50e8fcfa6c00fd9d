using Microsoft.ML;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// The data sets experiments run on, by name: each is the folder of that name under HYBRIDREC_DATA, or any
/// folder in one of the known formats.
/// </summary>
internal static class ExperimentDataSets
{
    /// <summary>Opens a data set and divides it.</summary>
    /// <param name="ml">Context.</param>
    /// <param name="data">Name under HYBRIDREC_DATA, or a folder.</param>
    /// <param name="split">"given" (LightGCN format), "random", "time", "last" or "cold"; null for the data set's usual one.</param>
    /// <param name="seed">Seed of a random split.</param>
    public static ExperimentData Open(MLContext ml, string data, string? split, int seed)
    {
        string folder = Folder(data);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        if (name == "yelp-s3rec-text")
            return Sequences(ml, name, folder, split ?? "last", seed);
        if (name.StartsWith("amazon-musical", StringComparison.Ordinal))
            return AmazonReviews(ml, name, folder, split ?? "random", seed);
        if (Directory.EnumerateFiles(folder, "*movies.*").Any() || name.StartsWith("ml-latest", StringComparison.Ordinal))
            return MovieLens(ml, name, folder, split ?? "random", seed);
        return LightGcn(ml, name, folder, split ?? "given");
    }

    public static string Folder(string data)
    {
        string folder = Directory.Exists(data) ? data : Path.Combine(Environment.GetEnvironmentVariable("HYBRIDREC_DATA") ?? ".", data);
        return Directory.Exists(folder)
            ? folder
            : throw new DirectoryNotFoundException(
                $"There is no folder '{data}', nor '{folder}'. Set HYBRIDREC_DATA to the folder that holds '{data}', or give a path.");
    }

    private static ExperimentData MovieLens(MLContext ml, string name, string folder, string split, int seed) =>
        new(name, Divide(ml, ml.Hybrid.Data.LoadMovieLens(folder), split, seed), split, ml.Hybrid.Data.LoadMovieLensItems(folder), 4,
            Attributes: ml.Hybrid.Data.LoadMovieLensItems(folder, new MovieLensOptions { ItemColumns = true }));

    private static ExperimentData AmazonReviews(MLContext ml, string name, string folder, string split, int seed)
    {
        var reviews = ml.Hybrid.Data.LoadAmazonReviews(folder);
        var divided = Divide(ml, reviews, split, seed);
        // Without titles an item is described by its reviews; only those of the training rows, or the test would be read.
        var texts = ItemTexts.FromReviews(divided.TrainSet);
        return new(name, ml.Hybrid.Data.WithItemTexts(divided, texts), split, ml.Hybrid.Data.Items(texts), 4);
    }

    private static ExperimentData Sequences(MLContext ml, string name, string folder, string split, int seed)
    {
        var visits = YelpSequences.Load(ml, folder);
        return new(name, Divide(ml, visits, split, seed), split, ml.Hybrid.Data.Items(visits), RelevanceThreshold: null);
    }

    private static ExperimentData LightGcn(MLContext ml, string name, string folder, string split)
    {
        if (split != "given")
            throw new ArgumentException($"'{name}' comes divided: --split given is the only one, not '{split}'.");
        if (Directory.EnumerateFiles(folder, "llm_response_item.json*").FirstOrDefault() is not { } json)
            return new(name, AsPublished(name, ml.Hybrid.Data.LoadLightGcnSplit(folder)), split, Items: null, RelevanceThreshold: null);
        var texts = ItemTexts.FromJson(json).WithIdMap(Path.Combine(folder, "item_map.txt"));
        return new(
            name, ml.Hybrid.Data.LoadLightGcnSplit(folder, texts), split, ml.Hybrid.Data.Items(texts, numbered: true),
            RelevanceThreshold: null);
    }

    // RLMRec's tables mask the training items only: the validation items stay in the ranking and cost what they cost.
    private static InteractionSplit AsPublished(string name, InteractionSplit split) =>
        name.EndsWith("-rlmrec", StringComparison.Ordinal)
            ? split with { ValidationSet = null, Protocol = split.Protocol + ", validation items not masked" }
            : split;

    private static InteractionSplit Divide(MLContext ml, IDataView rows, string split, int seed) => split switch
    {
        "random" => ml.Hybrid.Data.RandomSplit(rows, testFraction: 0.2, seed: seed),
        "time" => ml.Hybrid.Data.TemporalSplit(rows, testFraction: 0.1),
        "last" => ml.Hybrid.Data.LeaveLastOut(rows),
        "cold" => ml.Hybrid.Data.ColdItemSplit(rows, itemFraction: 0.1, seed: seed),
        _ => throw new ArgumentException($"There is no split '{split}': random, time, last, cold, or given for data that come divided."),
    };
}
