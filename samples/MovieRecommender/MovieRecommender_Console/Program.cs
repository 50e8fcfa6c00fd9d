using System.Globalization;
using HybridRec.MLNet;
using Microsoft.ML;
using Movies;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string command = args.Length > 0 ? args[0] : "try";
string data = args.Length > 1 ? args[1] : MovieRecommender.RetrainDataPath;
if (args.Length > 2 || command is not ("try" or "train" or "evaluate"))
{
    Console.Error.WriteLine("MovieRecommender_Console [try | train | evaluate] [MovieLens folder]; without a folder: generated films.");
    return 1;
}

try
{
    if (args.Length < 2)
        SampleFilms.EnsureIn(data);
    if (command == "evaluate")
    {
        Console.WriteLine(MovieRecommender.Evaluate(data, new EpochLine()));
        return 0;
    }

    if (command == "train" || !File.Exists(MovieRecommender.MLNetModelPath))
    {
        MovieRecommender.Train(MovieRecommender.MLNetModelPath, data, new EpochLine());
        Console.WriteLine($"saved {MovieRecommender.MLNetModelPath}");
    }

    if (command == "try")
        Try(data);
    return 0;
}
catch (Exception e) when (e is IOException or ArgumentException or InvalidDataException or FormatException)
{
    // What a user can mend is a message, not a stack trace.
    Console.Error.WriteLine(e.Message);
    return 1;
}

// One row by Model Builder's Predict, then the ten best films of the same user.
static void Try(string data)
{
    var ml = new MLContext();
    IDataView ratings = MovieRecommender.LoadIDataViewFromFolder(ml, data);
    MovieRecommender.ModelInput row = ml.Data.CreateEnumerable<MovieRecommender.ModelInput>(ratings, reuseRowObject: false).First();
    Console.WriteLine($"user {row.User}, film {row.Item}, rated with {row.Label} stars: score {MovieRecommender.Predict(row).Score:F3} " +
        "(it orders the films of one user, and counts no stars)");

    using Recommender recommender = ml.Hybrid.CreateRecommender(
        ml.Model.Load(MovieRecommender.MLNetModelPath, out _), ratings, MovieRecommender.LoadItems(ml, data));
    Console.WriteLine($"the ten best of {recommender.ItemCount:N0} films for user {row.User}, without those that user has rated:");
    foreach (Recommendation film in recommender.Recommend(row.User, count: 10))
        Console.WriteLine($"  {film.Score,7:F3}  {film.Title}");
}

/// <summary>Writes the training's epochs over each other, in one line a stage, and how long it takes at most.</summary>
internal sealed class EpochLine : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (Console.IsOutputRedirected)
            return;
        TimeSpan left = value.Epoch == 0 ? TimeSpan.Zero : value.Elapsed * (value.Epochs - value.Epoch) / value.Epoch;
        string loss = double.IsFinite(value.Loss) ? $", loss {value.Loss:F3}" : "";
        Console.Write($"\r{value.Stage}: {value.Epoch} of {value.Epochs}{loss}, {left.TotalSeconds:F0} s left at most   ");
        if (value.Epoch == value.Epochs)
            Console.WriteLine();
    }
}
