using System.Text;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Data;

/// <summary>The form of ml-100k: u.data by tabs, u.item in Latin-1 by bars, u.user.</summary>
public sealed class MovieLens100kTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public MovieLens100kTests()
    {
        _folder.Write("u.data", "196\t242\t3\t881250949\n186\t302\t4\t891717742\n");
        _folder.Write(
            "u.item",
            "242|Kolya (1996)|24-Jan-1997||http://us.imdb.com/M/title-exact?Kolya%20(1996)|0|0|0|0|0|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n" +
            "302|Mis\u00E9rables, Les (1995)|01-Jan-1995||http://x|0|0|0|0|0|0|0|0|1|0|0|0|1|0|0|0|0|0|0\n" +
            "267|unknown||||1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n",
            Encoding.Latin1);
        _folder.Write("u.user", "196|49|M|writer|55105\n186|39|F|executive|00000\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadMovieLens_Folder_HasRatingsItemsAndUsers()
    {
        IDataView view = _ml.Hybrid.Data.LoadMovieLens(_folder.Path, new MovieLensOptions { UserColumns = true, ItemColumns = true });
        Assert.Equal([(196, 242), (186, 302)], view.Pairs());
        Assert.Equal([3f, 4f], view.Column<float>("Label"));
        Assert.Equal([881250949L, 891717742L], view.Column<long>("Timestamp"));
        Assert.Equal(["Kolya (1996). Comedy.", "Mis\u00E9rables, Les (1995). Drama, Musical."], view.Text("ItemText"));
        Assert.Equal(["Comedy", "Drama|Musical"], view.Text("ItemGenres"));
        Assert.Equal(["male, 49 years old, writer.", "female, 39 years old, executive."], view.Text("UserText"));
    }

    [Fact]
    public void LoadMovieLens_OnePartOfIt_FindsTheMoviesBesideIt()
    {
        string path = _folder.Write("u1.base", "1\t242\t5\t0\n");
        Assert.Equal("Kolya (1996)", _ml.Hybrid.Data.LoadMovieLens(path).Text("ItemTitle")[0]);
        Assert.Equal(["242", "302", "267"], _ml.Hybrid.Data.LoadMovieLensItems(_folder.Path).Column<int>("Item").Select(i => $"{i}"));
        Assert.Equal("unknown.", ItemTexts.FromMovieLens(_folder.File("u.item")).TextOf("267"));
    }

    [Fact]
    public void LoadMovieLens_MalformedLines_SayWhere()
    {
        _folder.Write("u.data", "196\t242\t3\n196 242 3 881250949\n196\t242\t3\t5\n");
        var error = Assert.Throws<DataFormatException>(() => _ml.Hybrid.Data.LoadMovieLens(_folder.Path));
        Assert.Equal(1, error.Line);
        Assert.Contains("tabs", error.Allowed, StringComparison.Ordinal);
        Assert.Equal(1, _ml.Hybrid.Data.LoadMovieLens(_folder.Path, skipMalformed: true).Count());
        _folder.Write("u.item", "242|Kolya (1996)|0|1\n");
        Assert.Throws<DataFormatException>(() => _ml.Hybrid.Data.LoadMovieLensItems(_folder.Path));
    }
}
