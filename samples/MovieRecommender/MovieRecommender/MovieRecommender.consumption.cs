using Microsoft.ML;
using Microsoft.ML.Data;

namespace Movies;

public static partial class MovieRecommender
{
    /// <summary>The model that <see cref="Predict"/> loads.</summary>
    public static readonly string MLNetModelPath = Path.Combine(AppContext.BaseDirectory, "MovieRecommender.zip");

    /// <summary>The engine of <see cref="Predict"/>; it is for one thread at a time.</summary>
    public static readonly Lazy<PredictionEngine<ModelInput, ModelOutput>> PredictEngine =
        new(() => CreatePredictEngine(MLNetModelPath), isThreadSafe: true);

    /// <summary>
    /// Scores one pair of a user and a film. For top-N lists take <c>ml.Hybrid.CreateRecommender</c>; from several threads, a pool of
    /// engines.
    /// </summary>
    /// <param name="input">The pair; a film of the training data needs no text.</param>
    public static ModelOutput Predict(ModelInput input) => PredictEngine.Value.Predict(input);

    /// <summary>An engine over a saved model.</summary>
    /// <param name="modelPath">The zip.</param>
    public static PredictionEngine<ModelInput, ModelOutput> CreatePredictEngine(string modelPath)
    {
        var mlContext = new MLContext();
        return mlContext.Model.CreatePredictionEngine<ModelInput, ModelOutput>(mlContext.Model.Load(modelPath, out _));
    }

    /// <summary>What the model reads.</summary>
    public sealed class ModelInput
    {
        [ColumnName("User")]
        public int User { get; set; }

        [ColumnName("Item")]
        public int Item { get; set; }

        [ColumnName("Label")]
        public float Label { get; set; }

        [ColumnName("ItemText")]
        public string ItemText { get; set; } = "";
    }

    /// <summary>What the model says.</summary>
    public sealed class ModelOutput
    {
        /// <summary>Higher is better; comparable between films of one user.</summary>
        [ColumnName("Score")]
        public float Score { get; set; }
    }
}
