using System.Globalization;
using System.Security.Cryptography;
using Microsoft.ML;

namespace HybridRec.MLNet.Benchmarks.WebLoad;

/// <summary>A model file and what it answers, computed by the library itself in this process.</summary>
/// <param name="Path">The zip.</param>
/// <param name="Version">What the server calls it.</param>
/// <param name="OfUser">The ten films of users 1, 2, ...</param>
/// <param name="OfHistory">The ten films for each <see cref="History"/>.</param>
internal sealed record ServedVersion(string Path, string Version, string[][] OfUser, string[][] OfHistory)
{
    /// <summary>Users, and histories, that are asked for.</summary>
    public const int Lists = 200;

    private const int Films = 1000, FilmsOfHistory = 5;

    public static ServedVersion Of(MLContext ml, string path, string data)
    {
        using Recommender recommender = ml.Hybrid.CreateRecommender(
            ml.Model.Load(path, out _), Movies.MovieRecommender.LoadIDataViewFromFolder(ml, data),
            Movies.MovieRecommender.LoadItems(ml, data));
        return new ServedVersion(
            path,
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))[..12],
            Lists(which => new RecommendationRequest { User = (which + 1).ToString(CultureInfo.InvariantCulture) }),
            Lists(which => new RecommendationRequest { History = History(which) }));

        string[][] Lists(Func<int, RecommendationRequest> request) =>
            [.. Enumerable.Range(0, ServedVersion.Lists)
                .Select(which => recommender.Recommend(request(which)).Items.Select(film => film.Item).ToArray())];
    }

    /// <summary>The films someone liked.</summary>
    public static string[] History(int which)
    {
        var random = new Random(which);
        return [.. Enumerable.Range(0, FilmsOfHistory).Select(_ => random.Next(1, Films + 1).ToString(CultureInfo.InvariantCulture))];
    }
}
