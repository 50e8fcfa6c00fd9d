using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.ML;
using Movies;

[assembly: AssemblyFixture(typeof(HybridRec.MLNet.Samples.Tests.ServedMovies))]

namespace HybridRec.MLNet.Samples.Tests;

/// <summary>The generated films with two models over them, trained once for all tests, and servers over Kestrel.</summary>
public sealed class ServedMovies : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hybridrec-movies").FullName;

    /// <summary>A folder in the form of MovieLens 1M.</summary>
    public string Data => Path.Combine(_folder, "data");

    /// <summary>The sample's own model.</summary>
    public string Hybrid => Path.Combine(_folder, "hybrid.zip");

    /// <summary>Another model over the same data: plots alone, and nothing trained.</summary>
    public string TextOnly => Path.Combine(_folder, "text.zip");

    /// <summary>A server over <see cref="Hybrid"/> for every test that leaves its file and its settings alone.</summary>
    public MovieServer Shared { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        SampleFilms.EnsureIn(Data);
        MovieRecommender.Train(Hybrid, Data);
        var ml = new MLContext(seed: 1);
        IDataView ratings = MovieRecommender.LoadIDataViewFromFolder(ml, Data);
        IEstimator<ITransformer> text = ml.Transforms.Conversion.MapValueToKey("User")
            .Append(ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText"))
            .Append(ml.Hybrid.UserProfile(new UserProfileOptions { PositiveThreshold = MovieRecommender.Liked, Seed = 1 }))
            .Append(ml.Hybrid.Fuse("Features", "UserMeaning", "ItemMeaning"))
            .Append(ml.Hybrid.Ranking(new RankingOptions { Head = RankingHead.DotProduct() }));
        MovieRecommender.SaveModel(ml, text.Fit(ratings), ratings, TextOnly);
        Shared = await Start(Hybrid);
    }

    public async ValueTask DisposeAsync()
    {
        await Shared.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A server on a port of its own over a copy of a model; ready when it returns.</summary>
    /// <param name="model">The model; null for a path where there is none.</param>
    /// <param name="settings">Further settings of the section Movies.</param>
    public async Task<MovieServer> Start(string? model, params (string Name, string Value)[] settings)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("hybridrec-served").FullName, "model.zip");
        if (model is not null)
            File.Copy(model, path);
        var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseSetting("Movies:ModelPath", path);
            host.UseSetting("Movies:DataPath", Data);
            host.UseSetting("Movies:ReloadSeconds", "0.05");
            host.UseSetting("Movies:RequestsPerSecond", "100000");
            host.UseSetting("Logging:LogLevel:Default", "Warning");
            foreach ((string name, string value) in settings)
                host.UseSetting($"Movies:{name}", value);
        });
        factory.UseKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        factory.StartServer();
        var server = new MovieServer(factory, path);
        await server.WaitUntilReady();
        return server;
    }
}
