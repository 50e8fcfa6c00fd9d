using HybridRec.MLNet;
using Microsoft.ML;

namespace HybridRec.MLNet.Benchmarks.WebLoad;

/// <summary>A model file and what it answers, computed by the library itself in this process.</summary>
/// <param name="File">The zip.</param>
/// <param name="Version">What the server calls it.</param>
/// <param name="ItemsOfUser">The ten films of users 1, 2, ...</param>
internal sealed record ServedVersion(string File, string Version, string[][] ItemsOfUser)
{
    public const int Users = 200;

    public static ServedVersion Of(MLContext ml, string file, string data)
    {
        string version = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.IO.File.ReadAllBytes(file)))[..12];
        using Recommender recommender = ml.Hybrid.CreateRecommender(
            ml.Model.Load(file, out _), Movies.MovieRecommender.LoadIDataViewFromFolder(ml, data), Movies.MovieRecommender.LoadCatalogue(ml, data));
        return new ServedVersion(file, version, [.. Enumerable.Range(1, Users).Select(user => recommender.Recommend(user).Select(film => film.Item).ToArray())]);
    }
}
