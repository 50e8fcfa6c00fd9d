using Microsoft.ML;
using Microsoft.ML.Data;

namespace Movies.Api;

/// <summary>
/// The ratings and films that a model is served with, in memory: a swap of the model reads no file of them again. Made anew when a file of
/// the folder has changed.
/// </summary>
internal sealed class MovieData
{
    private readonly (DateTime, long) _stamp;

    private MovieData(MLContext ml, string folder, (DateTime, long) stamp)
    {
        _stamp = stamp;
        Ratings = ml.Data.Cache(MovieRecommender.LoadIDataViewFromFolder(ml, folder));
        Films = ml.Data.Cache(MovieRecommender.LoadItems(ml, folder));
        Texts = Films.GetColumn<int>("Item").Zip(Films.GetColumn<string>("ItemText")).DistinctBy(film => film.First).ToDictionary();
    }

    public IDataView Ratings { get; }

    public IDataView Films { get; }

    /// <summary>What the model reads of each film.</summary>
    public IReadOnlyDictionary<int, string> Texts { get; }

    /// <summary>The data of a folder: what was read before, unless it has changed since.</summary>
    public static MovieData Of(MLContext ml, string folder, MovieData? before)
    {
        FileInfo[] files = new DirectoryInfo(folder) is { Exists: true } found ? found.GetFiles() : [];
        (DateTime, long) stamp = (files.Select(file => file.LastWriteTimeUtc).DefaultIfEmpty().Max(), files.Sum(file => file.Length));
        return before is not null && before._stamp == stamp ? before : new MovieData(ml, folder, stamp);
    }
}
