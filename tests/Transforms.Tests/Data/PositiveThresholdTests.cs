using HybridRec.MLNet.Hosting;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Data;

/// <summary>From which label on a row is a positive travels with the label column, from the loader to whoever asks.</summary>
public sealed class PositiveThresholdTests : IDisposable
{
    private const string Ratings = "1::10::5::1\n1::20::3.5::2\n2::10::4::3\n2::20::1::4\n3::10::4::5\n3::20::2::6\n";
    private readonly TempFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Loaders_OfStars_SayFourOrWhatTheyAreTold()
    {
        string path = _folder.Write("ratings.dat", Ratings);
        Assert.Equal(4, Said(_ml.Hybrid.Data.LoadMovieLens(path)));
        Assert.Equal(3, Said(_ml.Hybrid.Data.LoadMovieLens(path, new MovieLensOptions { PositiveThreshold = 3 })));
        Assert.Null(Said(_ml.Hybrid.Data.LoadMovieLens(path, new MovieLensOptions { PositiveThreshold = null })));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => _ml.Hybrid.Data.LoadMovieLens(path, new MovieLensOptions { PositiveThreshold = float.NaN }));
        string amazon = _folder.Write("r.json", """{"reviewerID": "A", "asin": "P", "overall": 5, "unixReviewTime": 1}""");
        Assert.Equal(4, Said(_ml.Hybrid.Data.LoadAmazonReviews(amazon)));
        string yelp = _folder.Write("y.json", """{"user_id":"u","business_id":"b","stars":3.0,"date":"2018-07-07"}""");
        Assert.Equal(3.5f, Said(_ml.Hybrid.Data.LoadYelp(yelp, new YelpOptions { PositiveThreshold = 3.5f })));
        string csv = _folder.Write("r.csv", "User,Item,stars\n1,2,8\n");
        Assert.Equal(7, Said(_ml.Hybrid.Data.LoadCsv(csv, label: "stars", positiveThreshold: 7)));
        Assert.Null(Said(_ml.Hybrid.Data.LoadCsv(csv, label: "stars")));
    }

    [Fact]
    public void FromDataView_ThresholdSaidOrThere_IsOnTheLabel()
    {
        var rows = _ml.Hybrid.Data.LoadMovieLens(_folder.Write("ratings.dat", Ratings));
        Assert.Equal(2, Said(_ml.Hybrid.Data.FromDataView(rows, new DataColumns { Label = "Label", PositiveThreshold = 2 })));
        Assert.Equal(4, Said(_ml.Hybrid.Data.FromDataView(rows, new DataColumns { Label = "Label" })));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.Data.FromDataView(rows, new DataColumns { PositiveThreshold = 2 }));
    }

    [Fact]
    public void Threshold_ThroughChainsSplitsCachesAndSaving_Stays()
    {
        var rows = _ml.Hybrid.Data.LoadMovieLens(_folder.Write("ratings.dat", Ratings));
        var keys = _ml.Transforms.Conversion.MapValueToKey("User").Append(_ml.Transforms.Conversion.MapValueToKey("Item"));
        Assert.Equal(4, Said(keys.Fit(rows).Transform(rows)));
        Assert.Equal(4, Said(_ml.Hybrid.Data.RandomSplit(rows, testFraction: 0.5).TestSet));
        Assert.Equal(4, Said(_ml.Data.Cache(rows)));
        Assert.Equal(4, Said(_ml.Data.TrainTestSplit(rows).TrainSet));
        Assert.Equal(4, Said(_ml.Data.FilterRowsByColumn(rows, "Label", 2)));
        using var memory = new MemoryStream();
        _ml.Data.SaveAsBinary(rows, memory);
        File.WriteAllBytes(_folder.File("rows.bin"), memory.ToArray());
        Assert.Equal(4, Said(_ml.Data.LoadFromBinary(_folder.File("rows.bin"))));
        using var zip = new MemoryStream();
        _ml.Model.Save(keys.Fit(rows), rows.Schema, zip);
        zip.Position = 0;
        var loaded = new MLContext().Model.Load(zip, out var schema);
        Assert.Equal(4, PositiveThresholds.Of(loaded.GetOutputSchema(schema)["Label"]));
    }

    [Fact]
    public void InteractionRows_GoByTheLabelUnlessToldOtherwise()
    {
        var rows = _ml.Hybrid.Data.LoadMovieLens(_folder.Write("ratings.dat", Ratings));
        var keys = _ml.Transforms.Conversion.MapValueToKey("User").Append(_ml.Transforms.Conversion.MapValueToKey("Item"));
        var read = InteractionRows.Read(keys.Fit(rows).Transform(rows), new InteractionColumns(), "Test");
        Assert.Equal([0, 2, 4], read.PositiveRows(null));
        Assert.Equal([0], read.PositiveRows(5));
        Assert.Equal(6, read.PositiveRows(0).Count());
        Assert.Equal((4f, 5f), (read.ThresholdOf(null), read.ThresholdOf(5)));
    }

    [Theory]
    [InlineData(new float[] { 1, 2, 3, 4, 5 }, true)]
    [InlineData(new float[] { 0.5f, 3, 5 }, true)]
    [InlineData(new float[] { 1, 7, 10 }, true)]
    [InlineData(new float[] { 1, 5 }, false)]
    [InlineData(new float[] { 0, 1, 5 }, false)]
    [InlineData(new float[] { 1, 2, 3 }, false)]
    [InlineData(new float[] { 1, 2.25f, 5 }, false)]
    [InlineData(new float[] { 1, 2, 3, 5, 17 }, false)]
    public void Stars_AreKnownByTheirValues(float[] labels, bool stars)
    {
        Assert.Equal(stars, RowWarnings.Stars(labels, null) is not null);
        Assert.Null(RowWarnings.Stars(labels, 0));
    }

    private static float? Said(IDataView view) => PositiveThresholds.Of(view.Schema["Label"]);
}
