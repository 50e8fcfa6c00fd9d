using HybridRec.MLNet;
using Microsoft.ML;
using Quickstart.Synthetic;

namespace Quickstart;

/// <summary>Where the quickstart's rows come from: the embedded films, a MovieLens folder, or a folder in the LightGCN format.</summary>
internal static class DataSources
{
    private const float Liked = 4;

    public static QuickstartData Load(MLContext ml, DirectoryInfo? folder, string split, int seed) => folder switch
    {
        null => Embedded(ml, seed),
        { Exists: false } => throw new DirectoryNotFoundException($"There is no folder '{folder.FullName}'."),
        _ when folder.EnumerateFiles("*train.txt*").Any() => LightGcn(ml, folder),
        _ => MovieLens(ml, folder, split, seed),
    };

    private static QuickstartData Embedded(MLContext ml, int seed)
    {
        var generated = new SyntheticFilms(seed);
        var ratings = ml.Data.LoadFromEnumerable(generated.Ratings);
        var split = ml.Hybrid.Data.RandomSplit(ratings, testFraction: 0.2, seed: seed);
        var future = ml.Data.LoadFromEnumerable(generated.NewFilmRatings);
        return new QuickstartData(
            "embedded films",
            "generated: films with plots and planted taste; the plot tells the theme, only the graph tells the audience circle",
            split,
            ml.Data.LoadFromEnumerable(generated.Items),
            new InteractionSplit(split.TrainSet, future, "films nobody has rated yet"),
            Liked);
    }

    private static QuickstartData MovieLens(MLContext ml, DirectoryInfo folder, string split, int seed)
    {
        var ratings = ml.Hybrid.Data.LoadMovieLens(folder.FullName);
        return new QuickstartData(
            folder.Name,
            "MovieLens ratings; title, genres and, where the folder has them, plot and cast as text",
            split == "time"
                ? ml.Hybrid.Data.TemporalSplit(ratings, testFraction: 0.1)
                : ml.Hybrid.Data.RandomSplit(ratings, testFraction: 0.2, seed: seed), ml.Hybrid.Data.LoadMovieLensItems(folder.FullName),
            NewItemSplit: null,
            Liked);
    }

    private static QuickstartData LightGcn(MLContext ml, DirectoryInfo folder)
    {
        var json = folder.EnumerateFiles("*item*.json*").FirstOrDefault()
            ?? throw new FileNotFoundException(
                $"'{folder.FullName}' has no item texts (*item*.json): the quickstart compares graph and text, so it needs them.");
        var texts = ItemTexts.FromJson(json.FullName);
        if (folder.EnumerateFiles("item_map.txt*").FirstOrDefault() is { } map)
            texts = texts.WithIdMap(map.FullName);
        return new QuickstartData(
            folder.Name,
            $"implicit interactions in the LightGCN format; {texts.Count} item descriptions from {json.Name}",
            ml.Hybrid.Data.LoadLightGcnSplit(folder.FullName, texts),
            ml.Hybrid.Data.Items(texts, numbered: true),
            NewItemSplit: null,
            RelevanceThreshold: null);
    }
}
