using System.Text;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Data;

public sealed class MovieLensLoaderTests : IDisposable
{
    private const string Ratings = "1::10::5::978300760\n1::20::3.5::978302109\r\n2::10::1::978301968\n";
    private readonly TempFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    private void WriteMovies() => _folder.Write(
        "movies.dat", "10::Misérables, Les (1995)::Drama|Musical\n20::Twister (1996)::Action\n30::Unrated (1999)::(no genres listed)\n",
        Encoding.Latin1);

    [Fact]
    public void LoadMovieLens_DatFolder_GivesTypedColumns()
    {
        _folder.Write("ratings.dat", Ratings);
        WriteMovies();
        var view = _ml.Hybrid.Data.LoadMovieLens(_folder.Path);
        Assert.Equal(["User", "Item", "Label", "Timestamp", "ItemTitle", "ItemText"], view.Names());
        Assert.Equal([1, 1, 2], view.Column<int>("User"));
        Assert.Equal([10, 20, 10], view.Column<int>("Item"));
        Assert.Equal([5f, 3.5f, 1f], view.Column<float>("Label"));
        Assert.Equal([978300760L, 978302109L, 978301968L], view.Column<long>("Timestamp"));
        Assert.Equal(["Misérables, Les (1995)", "Twister (1996)", "Misérables, Les (1995)"], view.Text("ItemTitle"));
        Assert.Equal("Misérables, Les (1995). Drama, Musical.", view.Text("ItemText")[0]);
    }

    [Theory]
    [InlineData("ratings.dat", true)]
    [InlineData("ratings.dat.gz", true)]
    [InlineData("ratings-users-1-2999.dat.gz", true)]
    [InlineData("ratings.dat.gz", false)]
    public void LoadMovieLens_GzipOrNot_IsToldByContentNotByName(string name, bool compressed)
    {
        _ = compressed ? _folder.WriteGzip(name, Ratings) : _folder.Write(name, Ratings);
        WriteMovies();
        Assert.Equal([(1, 10), (1, 20), (2, 10)], _ml.Hybrid.Data.LoadMovieLens(_folder.Path).Pairs());
    }

    [Fact]
    public void LoadMovieLens_FileGiven_FindsTheMoviesBesideIt()
    {
        string path = _folder.Write("ratings.dat", Ratings);
        WriteMovies();
        Assert.Equal("Twister (1996)", _ml.Hybrid.Data.LoadMovieLens(path).Text("ItemTitle")[1]);
    }

    [Fact]
    public void LoadMovieLens_NoMovies_TextIsEmptyAndTheLogSaysSo()
    {
        var log = new List<string>();
        _ml.Log += (_, e) => log.Add(e.RawMessage);
        _folder.Write("ratings.dat", Ratings);
        Assert.All(_ml.Hybrid.Data.LoadMovieLens(_folder.Path).Text("ItemText"), text => Assert.Equal("", text));
        Assert.Contains(log, line => line.Contains("no movies.dat", StringComparison.Ordinal));
    }

    [Fact]
    public void LoadMovieLens_ExtraInfo_IsJoinedById()
    {
        _folder.Write("ratings.dat", Ratings);
        WriteMovies();
        _folder.WriteGzip("movies_extrainfos.dat.gz",
            "20::Twister::1996::PG-13::10 May 1996::Action::Jan de Bont::X::Helen Hunt::Storm chasers.::http://x\n" +
            "10::Les::1995::R::N/A::Drama::N/A::N/A::N/A::N/A::N/A\n");
        var data = _ml.Hybrid.Data;
        Assert.Equal(
            "Twister (1996). Action. Directed by Jan de Bont. With Helen Hunt. Storm chasers.",
            data.LoadMovieLens(_folder.Path).Text("ItemText")[1]);
        Assert.Equal("Misérables, Les (1995). Drama, Musical.", data.LoadMovieLens(_folder.Path).Text("ItemText")[0]);
        Assert.Equal(
            "Twister (1996). Action.", data.LoadMovieLens(_folder.Path, new MovieLensOptions { ExtraInfo = false }).Text("ItemText")[1]);
    }

    [Fact]
    public void LoadMovieLens_UserColumns_AreWords()
    {
        _folder.Write("ratings.dat", Ratings);
        WriteMovies();
        _folder.Write("users.dat", "1::F::1::10::48067\n2::M::56::16::70072\n");
        var view = _ml.Hybrid.Data.LoadMovieLens(_folder.Path, new MovieLensOptions { UserColumns = true });
        Assert.Equal(["female", "female", "male"], view.Text("UserGender"));
        Assert.Equal("male, 56+ years old, self-employed.", view.Text("UserText")[2]);
    }

    [Fact]
    public void LoadMovieLens_ItemColumns_AreGenresAndDirectors()
    {
        _folder.Write("ratings.dat", Ratings);
        WriteMovies();
        var options = new MovieLensOptions { ItemColumns = true, ExtraInfo = false };
        Assert.Equal(["Drama|Musical", "Action"], _ml.Hybrid.Data.LoadMovieLens(_folder.Path, options).Text("ItemGenres").Take(2));
        Assert.Null(_ml.Hybrid.Data.LoadMovieLens(_folder.Path, options).Schema.GetColumnOrNull("ItemDirectors"));

        _folder.WriteGzip("movies_extrainfos.dat.gz",
            "20::Twister::1996::PG-13::10 May 1996::Action::Jan de Bont, Anna Other::X::Helen Hunt::Storm chasers.::http://x\n" +
            "10::Les::1995::R::N/A::Drama::N/A::N/A::N/A::N/A::N/A\n");
        var view = _ml.Hybrid.Data.LoadMovieLens(_folder.Path, options);
        Assert.Equal(["", "Jan de Bont|Anna Other"], view.Text("ItemDirectors").Take(2));
        Assert.Equal("Twister (1996). Action.", view.Text("ItemText")[1]);
        var items = _ml.Hybrid.Data.LoadMovieLensItems(_folder.Path, options);
        Assert.Equal(["Drama|Musical", "Action", ""], items.Text("ItemGenres"));
        Assert.Equal(["", "Jan de Bont|Anna Other", ""], items.Text("ItemDirectors"));
    }

    [Fact]
    public void LoadMovieLens_CsvInZip_ReadsQuotedFields()
    {
        string zip = _folder.WriteZip("ml-latest-small.zip",
            ("ml-latest-small/ratings.csv", "userId,movieId,rating,timestamp\n1,1,4.0,964982703\n2,2,0.5,964981247\n"),
            (
                "ml-latest-small/movies.csv",
                "movieId,title,genres\n1,\"American President, The \"\"X\"\" (1995)\",Comedy|Drama\n2,\"Two\nlines\",(no genres listed)\n"),
            (
                "ml-latest-small/tags.csv",
                "userId,movieId,tag,timestamp\n2,1,funny,1445714994\n3,1,Funny,1445714994\n3,1,\"smart, dry\",1445714994\n"));
        var view = _ml.Hybrid.Data.LoadMovieLens(zip);
        Assert.Equal([4f, 0.5f], view.Column<float>("Label"));
        Assert.Equal(["American President, The \"X\" (1995)", "Two\nlines"], view.Text("ItemTitle"));
        Assert.Equal("American President, The \"X\" (1995). Comedy, Drama.", view.Text("ItemText")[0]);
        var tagged = _ml.Hybrid.Data.LoadMovieLens(zip, new MovieLensOptions { Tags = true });
        Assert.EndsWith("Comedy, Drama. funny, smart, dry.", tagged.Text("ItemText")[0], StringComparison.Ordinal);
        // The zip lying in a folder is found too.
        Assert.Equal(view.Rows(), _ml.Hybrid.Data.LoadMovieLens(_folder.Path).Rows());
    }

    [Fact]
    public void LoadMovieLensItems_UnratedMovies_AreThere()
    {
        WriteMovies();
        var items = _ml.Hybrid.Data.LoadMovieLensItems(_folder.Path);
        Assert.Equal([10, 20, 30], items.Column<int>("Item"));
        Assert.Equal("Unrated (1999).", items.Text("ItemText")[2]);
    }

    [Theory]
    [InlineData("1::10::5::978300760\n1::20::3\n", 2, "3 fields")]
    [InlineData("1::10::5::978300760\n1::20::3::5::6\n", 2, "more than 4 fields")]
    [InlineData("1::10::5::978300760\n\nx::20::3::5\n", 3, "user id 'x'")]
    [InlineData("1::10::5::978300760\n1::-20::3::5\n", 2, "item id '-20'")]
    [InlineData("1::10::5::978300760\n1::2147483647::3::5\n", 2, "item id '2147483647'")]
    [InlineData("1::10::5::978300760\n1::99999999999999999999::3::5\n", 2, "item id '99999999999999999999'")]
    [InlineData("1::10::5::978300760\n1::20::NaN::5\n", 2, "rating 'NaN'")]
    [InlineData("1::10::5::978300760\n1::20::Infinity::5\n", 2, "rating 'Infinity'")]
    [InlineData("1::10::5::978300760\n1::20::1e99::5\n", 2, "rating '1e99'")]
    [InlineData("1::10::5::978300760\n1::20::3,5::5\n", 2, "rating '3,5'")]
    [InlineData("1::10::5::978300760\n1::20::3::never\n", 2, "timestamp 'never'")]
    public void LoadMovieLens_MalformedRow_NamesFileLineFoundAndAllowed(string text, long line, string found)
    {
        string path = _folder.Write("ratings.dat", text);
        var view = _ml.Hybrid.Data.LoadMovieLens(path);
        var error = Assert.Throws<DataFormatException>(() => view.Count());
        Assert.Equal((path, line), (error.Path, error.Line));
        Assert.Contains(found, error.Found, StringComparison.Ordinal);
        Assert.Contains($"{path}, line {line}: found {error.Found}; allowed is {error.Allowed}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("userId,movieId,rating\n1,1,4.0\n", 1, "userId,movieId,rating")]
    [InlineData("userId,movieId,rating,timestamp\n1,1,4.0\n", 2, "3 fields")]
    [InlineData("userId,movieId,rating,timestamp\n1,1,\"4.0,5\n", 2, "never closed")]
    [InlineData("userId,movieId,rating,timestamp\n1,1,\"4\"0,5\n", 2, "behind a closing quote")]
    public void LoadMovieLens_MalformedCsv_FailsAtOnce(string text, long line, string found)
    {
        string path = _folder.Write("ratings.csv", text);
        var error = Assert.Throws<DataFormatException>(() => _ml.Hybrid.Data.LoadMovieLens(path));
        Assert.Equal(line, error.Line);
        Assert.Contains(found, error.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadMovieLens_SkipMalformed_CountsAndLogsOnce()
    {
        var log = new List<string>();
        _ml.Log += (_, e) => log.Add(e.RawMessage);
        string path = _folder.Write("ratings.dat", "nonsense\n1::10::5::978300760\n1::20::NaN::5\n2::20::3::6\n");
        WriteMovies();
        var view = _ml.Hybrid.Data.LoadMovieLens(path, skipMalformed: true);
        Assert.Equal([(1, 10), (2, 20)], view.Pairs());
        string warning = Assert.Single(log, line => line.Contains("left out", StringComparison.Ordinal));
        Assert.Contains("2 malformed rows", warning, StringComparison.Ordinal);
        Assert.Contains("line 1", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n  \n")]
    public void LoadMovieLens_NoRows_IsAnError(string text)
    {
        string path = _folder.Write("ratings.dat", text);
        var error = Assert.Throws<DataFormatException>(() => _ml.Hybrid.Data.LoadMovieLens(path));
        Assert.Contains("empty", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadMovieLens_TruncatedGzip_IsAnErrorAlsoWhenSkipping()
    {
        string text = string.Concat(
            Enumerable.Range(1, 20_000).Select(i => FormattableString.Invariant($"{i}::{(long)i * 7919 % 10_007}::5::{i * 31}\n")));
        string path = _folder.WriteGzip("ratings.dat.gz", text, keep: 60_000);
        WriteMovies();
        var view = _ml.Hybrid.Data.LoadMovieLens(path, skipMalformed: true);
        var error = Assert.Throws<DataFormatException>(() => view.Count());
        Assert.Contains("truncated", error.Found, StringComparison.Ordinal);
        Assert.True(error.Line > 1);
    }

    [Fact]
    public void LoadMovieLens_DamagedZip_IsAnError()
    {
        string zip = _folder.WriteZip("ml.zip", ("ratings.csv", "userId,movieId,rating,timestamp\n1,1,4.0,964982703\n"));
        System.IO.File.WriteAllBytes(zip, System.IO.File.ReadAllBytes(zip)[..40]);
        var error = Assert.Throws<DataFormatException>(() => _ml.Hybrid.Data.LoadMovieLens(zip));
        Assert.Contains("damaged", error.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadMovieLens_NothingThere_SaysWhatTheFolderHolds()
    {
        Assert.Contains(
            "nowhere", Assert.Throws<FileNotFoundException>(() => _ml.Hybrid.Data.LoadMovieLens("nowhere")).Message,
            StringComparison.Ordinal);
        WriteMovies();
        string message = Assert.Throws<FileNotFoundException>(() => _ml.Hybrid.Data.LoadMovieLens(_folder.Path)).Message;
        Assert.Contains("ratings.dat", message, StringComparison.Ordinal);
        Assert.Contains("it holds: movies.dat", message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadMovieLens_TwoFilesFit_AsksWhich()
    {
        _folder.Write("ratings-a.dat", Ratings);
        _folder.Write("ratings-b.dat", Ratings);
        string message = Assert.Throws<ArgumentException>(() => _ml.Hybrid.Data.LoadMovieLens(_folder.Path)).Message;
        Assert.Contains("ratings-a.dat, ratings-b.dat", message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadMovieLens_MalformedMovie_NamesTheLine()
    {
        _folder.Write("ratings.dat", Ratings);
        _folder.Write("movies.dat", "10::Good::Drama\n20::No genres\n");
        Assert.Equal(2, Assert.Throws<DataFormatException>(() => _ml.Hybrid.Data.LoadMovieLens(_folder.Path)).Line);
        Assert.Equal(["Good", "", "Good"], _ml.Hybrid.Data.LoadMovieLens(_folder.Path, skipMalformed: true).Text("ItemTitle"));
    }

    [Fact]
    public void LoadMovieLens_ByteOrderMarkAndNoLastNewline_AreReadAsUsual()
    {
        string path = _folder.Write("ratings.csv", "\uFEFFuserId,movieId,rating,timestamp\r\n1,2,3.5,4");
        Assert.Equal([(1, 2)], _ml.Hybrid.Data.LoadMovieLens(path).Pairs());
    }

    [Fact]
    public void GetRowCursor_InactiveColumnOrWrongType_Throws()
    {
        _folder.Write("ratings.dat", Ratings);
        WriteMovies();
        var view = _ml.Hybrid.Data.LoadMovieLens(_folder.Path);
        using var cursor = view.GetRowCursor([view.Schema["User"]]);
        Assert.True(cursor.IsColumnActive(view.Schema["User"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<int>(view.Schema["Item"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<long>(view.Schema["User"]));
    }
}
