using HybridRec.MLNet;
using Microsoft.ML;

namespace Movies;

public static partial class MovieRecommender
{
    /// <summary>
    /// Trains on four fifths of each user's ratings and ranks all items for the rest: precision, recall and NDCG at 10 beside random,
    /// popular and perfect lists.
    /// </summary>
    /// <param name="inputDataPath">A MovieLens folder.</param>
    /// <param name="progress">Told after every epoch; null for nobody.</param>
    public static TopKReport Evaluate(string inputDataPath, IProgress<TrainingProgress>? progress = null)
    {
        var mlContext = new MLContext(seed: 1);
        InteractionSplit split = mlContext.Hybrid.Data.RandomSplit(
            LoadIDataViewFromFolder(mlContext, inputDataPath), testFraction: 0.2, seed: 1);
        ITransformer model = RetrainModel(mlContext, split.TrainSet, progress);
        return mlContext.Hybrid.EvaluateTopK(model, split, new TopKOptions { K = [10], RelevanceThreshold = Liked });
    }
}
