using HybridRec.MLNet;
using Microsoft.ML;

namespace Movies;

/// <summary>A hybrid recommender of films, in the shape that Model Builder gives its code.</summary>
public static partial class MovieRecommender
{
    /// <summary>The folder the model is trained on where no other is named; filled with generated films on first use.</summary>
    public static readonly string RetrainDataPath = Path.Combine(AppContext.BaseDirectory, "data");

    /// <summary>Stars from which a film counts as liked.</summary>
    public const float Liked = 4;

    /// <summary>Trains on a folder of ratings and saves the model.</summary>
    /// <param name="outputModelPath">The zip to write.</param>
    /// <param name="inputDataPath">A MovieLens folder: ratings, movies and, if there is one, extra information with plots.</param>
    /// <param name="progress">Told after every epoch; null for nobody.</param>
    /// <param name="cancellation">Stops the training.</param>
    public static void Train(
        string outputModelPath, string inputDataPath, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        var mlContext = new MLContext(seed: 1);
        IDataView data = LoadIDataViewFromFolder(mlContext, inputDataPath);
        SaveModel(mlContext, RetrainModel(mlContext, data, progress, cancellation), data, outputModelPath);
    }

    /// <summary>
    /// Loads ratings with titles, genres and plots: <c>User</c>, <c>Item</c>, <c>Label</c>, <c>Timestamp</c>, <c>ItemTitle</c>,
    /// <c>ItemText</c>, <c>ItemGenres</c>.
    /// </summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="inputDataPath">A MovieLens folder or archive.</param>
    public static IDataView LoadIDataViewFromFolder(MLContext mlContext, string inputDataPath) =>
        mlContext.Hybrid.Data.LoadMovieLens(inputDataPath, new MovieLensOptions { ItemColumns = true });

    /// <summary>Loads all items, films that nobody has rated yet among them.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="inputDataPath">A MovieLens folder or archive.</param>
    public static IDataView LoadItems(MLContext mlContext, string inputDataPath) =>
        mlContext.Hybrid.Data.LoadMovieLensItems(inputDataPath, new MovieLensOptions { ItemColumns = true });

    /// <summary>
    /// Saves the model as an ordinary ML.NET zip: beside its place first and then moved there, so that who serves it never reads half a
    /// file.
    /// </summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="model">The trained model.</param>
    /// <param name="data">A view with its input schema.</param>
    /// <param name="modelSavePath">The zip to write.</param>
    public static void SaveModel(MLContext mlContext, ITransformer model, IDataView data, string modelSavePath)
    {
        string whole = Path.GetFullPath(modelSavePath), half = $"{whole}.{Environment.ProcessId}.tmp";
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        try
        {
            mlContext.Model.Save(model, data.Schema, half);
            File.Move(half, whole, overwrite: true);
        }
        finally
        {
            File.Delete(half);
        }
    }

    /// <summary>Fits the pipeline.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="trainData">Ratings.</param>
    /// <param name="progress">Told after every epoch and step; null for nobody.</param>
    /// <param name="cancellation">Stops the training.</param>
    public static ITransformer RetrainModel(
        MLContext mlContext, IDataView trainData, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
        BuildPipeline(mlContext, trainData, progress, cancellation).Fit(trainData);

    /// <summary>
    /// The pipeline that the house recommends for these columns: structure from who liked what, meaning from the plots and a closed form,
    /// mixed. <see cref="DefaultPipeline.Describe"/> prints its stages, to copy and to change.
    /// </summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="trainData">Ratings; only their columns are looked at.</param>
    /// <param name="progress">Told after every epoch and step; null for nobody.</param>
    /// <param name="cancellation">Stops the training.</param>
    public static DefaultPipeline BuildPipeline(
        MLContext mlContext, IDataView trainData, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default) =>
        mlContext.Hybrid.DefaultPipeline(
            trainData,
            new DefaultPipelineOptions { PositiveThreshold = Liked, Progress = progress, CancellationToken = cancellation });
}
