using System.Diagnostics;
using System.Security.Cryptography;
using HybridRec.MLNet;
using Microsoft.Extensions.Options;
using Microsoft.ML;

namespace Movies.Api;

/// <summary>
/// The model in service. It is trained first if there is none, and read anew whenever its file changes, while requests go on; a file that
/// cannot be read leaves the old version in service.
/// </summary>
internal sealed partial class ModelStore(IOptions<MovieApiOptions> options, ILogger<ModelStore> logger) : BackgroundService
{
    private readonly MLContext _ml = new();
    private readonly string _modelPath =
        options.Value.ModelPath is { Length: > 0 } model ? Path.GetFullPath(model) : MovieRecommender.MLNetModelPath;
    private readonly string _dataPath =
        options.Value.DataPath is { Length: > 0 } data ? Path.GetFullPath(data) : MovieRecommender.RetrainDataPath;
    private MovieData? _data;
    private ServedModel? _served;
    private Recommender? _recommender;
    private (DateTime, long)? _stamp;

    public bool IsReady => Served is not null;

    /// <summary>Lists; null until the first model is there.</summary>
    public Recommender? Recommender => Volatile.Read(ref _recommender);

    /// <summary>Single predictions; null until the first model is there.</summary>
    public ServedModel? Served => Volatile.Read(ref _served);

    /// <summary>Why the last try to read the file failed; null when it did not.</summary>
    public string? LastFailure { get; private set; }

    public override void Dispose()
    {
        Recommender?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Off the start of the host: it answers that it lives, and is not ready yet, meanwhile.
        await Task.Yield();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.ReloadSeconds));
        do
            Refresh(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // Whatever is wrong with a file is no reason to end a service that has a good one: it is told by the log and by /health/ready, and
    // looked at again when the file changes.
    private void Refresh(CancellationToken stopping)
    {
        var file = new FileInfo(_modelPath);
        (DateTime, long) stamp = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        if (stamp == _stamp)
            return;
        _stamp = stamp;
        try
        {
            if (!file.Exists && Served is null)
                Train(stopping);
            Load(stopping);
            LastFailure = null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LastFailure = e.Message;
            LogFailure(e, _modelPath, Served?.Info.Version ?? "none");
        }
    }

    private void Train(CancellationToken stopping)
    {
        if (options.Value.DataPath.Length == 0)
            SampleFilms.EnsureIn(_dataPath);
        LogTraining(_modelPath, _dataPath);
        MovieRecommender.Train(_modelPath, _dataPath, cancellation: stopping);
    }

    private void Load(CancellationToken stopping)
    {
        long start = Stopwatch.GetTimestamp();
        byte[] bytes = File.ReadAllBytes(_modelPath); // once: version and model are of the same file, whatever is written meanwhile
        string version = Convert.ToHexStringLower(SHA256.HashData(bytes))[..12];
        if (version == Served?.Info.Version)
            return;
        if (options.Value.DataPath.Length == 0)
            SampleFilms.EnsureIn(_dataPath);
        ITransformer model = _ml.Model.Load(new MemoryStream(bytes), out _);
        _data = MovieData.Of(_ml, _dataPath, _data);

        // The recommender does not own the model: an engine may still predict with it when the lists come from the next one. Nothing of it
        // is native; the collector takes it after the last.
        var how = new RecommenderOptions { Version = version, Items = _data.Films, MaxCount = 100, MaxHistory = 500, MaxTextLength = 1000 };
        if (Recommender is { } recommender)
            recommender.Swap(model, _data.Ratings, how, stopping);
        else
            Volatile.Write(ref _recommender, recommender = _ml.Hybrid.CreateRecommender(model, _data.Ratings, how, stopping));
        var info = new ModelInfo(version, recommender.ItemCount, recommender.UserCount, recommender.Categories);
        Volatile.Write(ref _served, new ServedModel(_ml, model, info, _data.Texts));
        LogServing(version, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    [LoggerMessage(LogLevel.Information, "There is no model at {Path}: training one on {Data}")]
    private partial void LogTraining(string path, string data);

    [LoggerMessage(LogLevel.Information, "Serving model {Version}, ready after {Milliseconds:F0} ms")]
    private partial void LogServing(string version, double milliseconds);

    [LoggerMessage(LogLevel.Error, "The model at {Path} cannot be served; {Version} stays in service")]
    private partial void LogFailure(Exception exception, string path, string version);
}
