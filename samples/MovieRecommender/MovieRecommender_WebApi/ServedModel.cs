using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;

namespace Movies.Api;

/// <summary>
/// One version of the model for single predictions: an engine is for one request at a time, so there is a pool of them. Not
/// <c>PredictionEnginePool</c> of Microsoft.Extensions.ML, because that
/// reloads by itself and does not tell which version has answered.
/// </summary>
internal sealed class ServedModel(MLContext ml, ITransformer model, ModelInfo info, IReadOnlyDictionary<int, string> texts)
    : PooledObjectPolicy<PredictionEngine<MovieRecommender.ModelInput, MovieRecommender.ModelOutput>>
{
    private ObjectPool<PredictionEngine<MovieRecommender.ModelInput, MovieRecommender.ModelOutput>>? _engines;

    /// <summary>What <c>/api/model</c> tells; the version is the first digits of the file's SHA-256.</summary>
    public ModelInfo Info { get; } = info;

    private ObjectPool<PredictionEngine<MovieRecommender.ModelInput, MovieRecommender.ModelOutput>> Engines =>
        _engines ?? Interlocked.CompareExchange(ref _engines, new DefaultObjectPoolProvider().Create(this), null) ?? _engines;

    /// <summary>What the model reads of a film; null for an unknown one.</summary>
    public string? TextOf(int film) => texts.GetValueOrDefault(film);

    public override PredictionEngine<MovieRecommender.ModelInput, MovieRecommender.ModelOutput> Create() =>
        ml.Model.CreatePredictionEngine<MovieRecommender.ModelInput, MovieRecommender.ModelOutput>(model);

    public override bool Return(PredictionEngine<MovieRecommender.ModelInput, MovieRecommender.ModelOutput> obj) => true;

    public float Score(MovieRecommender.ModelInput row)
    {
        PredictionEngine<MovieRecommender.ModelInput, MovieRecommender.ModelOutput> engine = Engines.Get();
        try
        {
            return engine.Predict(row).Score;
        }
        finally
        {
            Engines.Return(engine);
        }
    }
}
