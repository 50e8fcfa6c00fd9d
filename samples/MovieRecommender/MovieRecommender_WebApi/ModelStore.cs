using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using HybridRec.MLNet;
using Microsoft.Extensions.Options;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Movies.Api;

/// <summary>
/// The model in service. It is trained first if there is none, and read anew whenever its file changes, while requests go on; a file that cannot be read leaves the old version in service.
/// </summary>
internal sealed partial class ModelStore(IOptions<MovieApiOptions> options, ILogger<ModelStore> logger) : BackgroundService
{
    private readonly MLContext _ml = new();
    private readonly string _modelPath = options.Value.ModelPath is { Length: > 0 } model ? Path.GetFullPath(model) : MovieRecommender.MLNetModelPath;
    private readonly string _dataPath = options.Value.DataPath is { Length: > 0 } data ? Path.GetFullPath(data) : MovieRecommender.RetrainDataPath;
    private Dictionary<string, string> _texts = [];
    private ServedModel? _served;
    private Recommender? _recommender;
    private (DateTime, long) _stamp;

    public bool IsReady => Volatile.Read(ref _recommender) is not null;

    /// <summary>Lists; null until the first model is there.</summary>
    public Recommender? Recommender => Volatile.Read(ref _recommender);

    /// <summary>Single predictions; null until the first model is there.</summary>
    public ServedModel? Served => Volatile.Read(ref _served);

    /// <summary>Why the last try to read the file failed; null when it did not.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>What the model reads of a film; null for an unknown one.</summary>
    public string? TextOf(string film) => _texts.GetValueOrDefault(film);

    public override void Dispose()
    {
        Recommender?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Off the start of the host: it answers that it lives, and is not ready yet, meanwhile.
        await Task.Run(() => EnsureModel(stoppingToken), stoppingToken);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.ReloadSeconds));
        do
            Refresh();
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void EnsureModel(CancellationToken stopping)
    {
        if (options.Value.DataPath.Length == 0)
            SampleFilms.EnsureIn(_dataPath);
        IDataView films = MovieRecommender.LoadCatalogue(_ml, _dataPath);
        _texts = films.GetColumn<int>("Item").Zip(films.GetColumn<string>("ItemText")).ToDictionary(pair => pair.First.ToString(CultureInfo.InvariantCulture), pair => pair.Second);
        if (File.Exists(_modelPath))
            return;
        LogTraining(_modelPath, _dataPath);
        MovieRecommender.Train(_modelPath, _dataPath);
        stopping.ThrowIfCancellationRequested();
    }

    private void Refresh()
    {
        var file = new FileInfo(_modelPath);
        (DateTime, long) stamp = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        if (stamp == _stamp)
            return;
        _stamp = stamp;
        try
        {
            Load();
            LastFailure = null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException or FormatException or InvalidOperationException or UnauthorizedAccessException)
        {
            LastFailure = e.Message;
            LogFailure(e, _modelPath, Served?.Version ?? "none");
        }
    }

    private void Load()
    {
        long start = Stopwatch.GetTimestamp();
        byte[] bytes = File.ReadAllBytes(_modelPath); // once: version and model are of the same file, whatever is written meanwhile
        string version = Convert.ToHexStringLower(SHA256.HashData(bytes))[..12];
        if (version == Served?.Version)
            return;
        ITransformer model = _ml.Model.Load(new MemoryStream(bytes), out _);
        IDataView ratings = MovieRecommender.LoadIDataViewFromFolder(_ml, _dataPath);
        var how = new RecommenderOptions { Version = version, Items = MovieRecommender.LoadCatalogue(_ml, _dataPath), MaxCount = 100, MaxHistory = 500, MaxTextLength = 1000, OwnsModel = true };
        if (Recommender is { } recommender)
            recommender.Swap(model, ratings, how);
        else
            Volatile.Write(ref _recommender, _ml.Hybrid.CreateRecommender(model, ratings, how));
        Volatile.Write(ref _served, new ServedModel(_ml, model, version));
        LogServing(version, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    [LoggerMessage(LogLevel.Information, "There is no model at {Path}: training one on {Data}")]
    private partial void LogTraining(string path, string data);

    [LoggerMessage(LogLevel.Information, "Serving model {Version}, ready after {Milliseconds:F0} ms")]
    private partial void LogServing(string version, double milliseconds);

    [LoggerMessage(LogLevel.Error, "The model at {Path} cannot be served; {Version} stays in service")]
    private partial void LogFailure(Exception exception, string path, string version);
}
