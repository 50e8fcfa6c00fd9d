using Microsoft.ML;
using Movies;

namespace HybridRec.MLNet.Samples.Tests;

/// <summary>The class library in Model Builder's shape.</summary>
public sealed class MovieRecommenderTests(ServedMovies movies)
{
    [Fact]
    public void LoadIDataView_GeneratedFilms_AreReadAsMovieLens()
    {
        var ml = new MLContext();
        IDataView ratings = MovieRecommender.LoadIDataViewFromFolder(ml, movies.Data);
        MovieRecommender.ModelInput first = ml.Data.CreateEnumerable<MovieRecommender.ModelInput>(ratings, reuseRowObject: false).First();
        Assert.InRange(first.Label, 1, 5);
        Assert.InRange(first.ItemText.Length, 60, 400);
        IDataView films = MovieRecommender.LoadItems(ml, movies.Data);
        Assert.Equal(1000, Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<int>(films, "Item").Distinct().Count());
        Assert.DoesNotContain(
            Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<string>(films, "ItemText"), text => text.Contains('\uFFFD'));
    }

    [Fact]
    public void PredictEngine_SavedModel_RanksLikedFilmsAboveOthers()
    {
        using PredictionEngine<MovieRecommender.ModelInput, MovieRecommender.ModelOutput> engine =
            MovieRecommender.CreatePredictEngine(movies.Hybrid);
        var ml = new MLContext();
        MovieRecommender.ModelInput[] rows = [.. ml.Data.CreateEnumerable<MovieRecommender.ModelInput>(
            MovieRecommender.LoadIDataViewFromFolder(ml, movies.Data), reuseRowObject: false).Take(2000)];
        double liked = rows.Where(row => row.Label >= MovieRecommender.Liked).Average(row => engine.Predict(row).Score);
        double random = rows.Average(row => engine.Predict(new MovieRecommender.ModelInput
        {
            User = row.User,
            Item = (row.Item * 7 % 1000) + 1,
            ItemText = row.ItemText
        }).Score);
        Assert.True(liked > random, $"liked films score {liked}, random ones {random}");
    }

    [Fact]
    public void SaveModel_APathThatCannotBeWritten_LeavesNothingBehind()
    {
        var ml = new MLContext();
        IDataView ratings = MovieRecommender.LoadIDataViewFromFolder(ml, movies.Data);
        ITransformer model = ml.Model.Load(movies.TextOnly, out _);
        string folder = Directory.CreateTempSubdirectory("hybridrec-save").FullName, taken = Path.Combine(folder, "model.zip");
        Directory.CreateDirectory(taken);
        Assert.ThrowsAny<IOException>(() => MovieRecommender.SaveModel(ml, model, ratings, taken));
        Assert.Empty(Directory.GetFiles(folder));
        Directory.Delete(folder, recursive: true);
    }
}
