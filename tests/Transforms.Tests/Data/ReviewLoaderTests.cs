using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Data;

public sealed class ReviewLoaderTests : IDisposable
{
    private const string FiveCore =
        """
        {"reviewerID": "A1", "asin": "P1", "helpful": [0, 0], "reviewText": "Line\nbreak \"x\"", "overall": 5.0, "summary": "Good", "unixReviewTime": 1393545600}
        {"reviewerID": "A2", "asin": "P2", "overall": 1.0, "unixReviewTime": 1363392000, "extra": {"asin": "inner"}}
        """;

    private readonly TempFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadAmazonReviews_FiveCore_GivesTypedColumns()
    {
        var view = _ml.Hybrid.Data.LoadAmazonReviews(_folder.WriteZip("M.zip", ("Musical.json", FiveCore)));
        Assert.Equal(["User", "Item", "Label", "Timestamp", "ReviewText", "ItemTitle", "ItemText"], view.Names());
        Assert.Equal(["A1", "A2"], view.Text("User"));
        Assert.Equal(["P1", "P2"], view.Text("Item"));
        Assert.Equal([5f, 1f], view.Column<float>("Label"));
        Assert.Equal([1393545600L, 1363392000L], view.Column<long>("Timestamp"));
        Assert.Equal(["Good\nLine\nbreak \"x\"", ""], view.Text("ReviewText"));
        Assert.Equal(["", ""], view.Text("ItemText"));
    }

    [Fact]
    public void LoadAmazonReviews_NewSpelling_UsesParentAsinAndSeconds()
    {
        string path = _folder.WriteGzip("r.jsonl.gz",
            """{"rating": 4, "title": "T", "text": "X", "asin": "child", "parent_asin": "parent", "user_id": "U", "timestamp": 1588687728923}""");
        var view = _ml.Hybrid.Data.LoadAmazonReviews(path);
        Assert.Equal(["parent"], view.Text("Item"));
        Assert.Equal([1588687728L], view.Column<long>("Timestamp"));
        Assert.Equal(["T\nX"], view.Text("ReviewText"));
    }

    [Theory]
    [InlineData("""{"asin": "P1", "title": "Strings", "brand": "B", "categories": [["Music", "Guitar"]], "description": "Light."}""")]
    [InlineData("""{'asin': 'P1', 'title': "Strings", 'price': None, 'brand': 'B', 'categories': [['Music', 'Guitar']], 'description': 'Light.', 'ok': True}""")]
    [InlineData("""{"parent_asin": "P1", "title": "Strings", "store": "B", "categories": ["Music", "Guitar"], "description": ["Light."], "price": null}""")]
    public void LoadAmazonReviews_Metadata_InEverySpellingGivesTheText(string metadata)
    {
        string reviews = _folder.Write("r.json", FiveCore);
        var view = _ml.Hybrid.Data.LoadAmazonReviews(reviews, _folder.WriteGzip("meta.json.gz", metadata + "\n"));
        Assert.Equal(["Strings", ""], view.Text("ItemTitle"));
        Assert.Equal(["Strings. B. Music, Guitar. Light.", ""], view.Text("ItemText"));
    }

    [Fact]
    public void LoadAmazonReviews_TextFromReviews_OnlyOnDemand()
    {
        string reviews = _folder.Write("r.json", FiveCore);
        var view = _ml.Hybrid.Data.LoadAmazonReviews(reviews, new AmazonOptions { ItemTextFromReviews = true });
        Assert.Equal(["Good\nLine\nbreak \"x\"", ""], view.Text("ItemText"));
    }

    [Theory]
    [InlineData("""nonsense""", "'nonsense'")]
    [InlineData("""["a"]""", """'["a"]'""")]
    [InlineData("""{"reviewerID": "A", "asin": "P", "overall": 5""", "overall")]
    [InlineData("""{"reviewerID": "A", "asin": "P", "overall": 5, "unixReviewTime": 1} x""", "'x'")]
    [InlineData("""{"reviewerID": "", "asin": "P", "overall": 5, "unixReviewTime": 1}""", "reviewerID")]
    [InlineData("""{"reviewerID": 5, "asin": "P", "overall": 5, "unixReviewTime": 1}""", "reviewerID '5'")]
    [InlineData("""{"reviewerID": "A", "overall": 5, "unixReviewTime": 1}""", "no asin or parent_asin")]
    [InlineData("""{"reviewerID": "A", "asin": "P", "overall": "NaN", "unixReviewTime": 1}""", "overall")]
    [InlineData("""{"reviewerID": "A", "asin": "P", "unixReviewTime": 1}""", "no overall or rating")]
    [InlineData("""{"reviewerID": "A", "asin": "P", "overall": 1e99, "unixReviewTime": 1}""", "overall '1e99'")]
    [InlineData("""{"reviewerID": "A", "asin": "P", "overall": 5, "unixReviewTime": 1.5}""", "unixReviewTime '1.5'")]
    [InlineData("""{"reviewerID": "A", "asin": "P", "overall": 5}""", "no unixReviewTime or timestamp")]
    public void LoadAmazonReviews_MalformedLine_NamesLineAndProperty(string line, string found)
    {
        string path = _folder.Write("r.json", FiveCore + "\n" + line + "\n");
        var view = _ml.Hybrid.Data.LoadAmazonReviews(path);
        var error = Assert.Throws<DataFormatException>(() => view.Count());
        Assert.Equal((path, 3L), (error.Path, error.Line));
        Assert.Contains(found, error.Found, StringComparison.Ordinal);
        Assert.Equal(2, _ml.Hybrid.Data.LoadAmazonReviews(path, skipMalformed: true).Count());
    }

    [Fact]
    public void LoadAmazonReviews_HalfSurrogateOrNull_IsNoError()
    {
        string path = _folder.Write(
            "r.json",
            """{"reviewerID": "A", "asin": "P", "overall": 5, "unixReviewTime": 1, "summary": null, "reviewText": "bad \ud83d end"}""");
        Assert.Contains("bad", Assert.Single(_ml.Hybrid.Data.LoadAmazonReviews(path).Text("ReviewText")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[{0},\n{1}]")]
    [InlineData("[{0},{1}]\n")]
    [InlineData("[\n  {0}\n  ,\n  {1}\n]\n")]
    [InlineData("\n [{0}\n{1}]")]
    public void LoadAmazonReviews_JsonArray_IsReadLikeLines(string form)
    {
        string[] lines = FiveCore.Split('\n', StringSplitOptions.TrimEntries);
        string spread = lines[0].Replace("\"asin\": ", "\n\"asin\":\n", StringComparison.Ordinal);
        string text = form.Replace("{0}", spread, StringComparison.Ordinal).Replace("{1}", lines[1], StringComparison.Ordinal);
        Assert.Equal(
            _ml.Hybrid.Data.LoadAmazonReviews(_folder.Write("lines.json", FiveCore)).Rows(),
            _ml.Hybrid.Data.LoadAmazonReviews(_folder.Write("array.json", text)).Rows());
        Assert.Equal(["P1", "P2"], _ml.Hybrid.Data.Items(ItemTexts.FromJson(_folder.File("array.json"))).Text("Item"));
    }

    [Theory]
    [InlineData("[{\"reviewerID\": \"A\"", "inside an object")]
    [InlineData("[", "inside an array")]
    [InlineData("[ 5 ]", "'5'")]
    public void LoadAmazonReviews_BrokenArray_IsNamed(string text, string found)
    {
        string path = _folder.Write("array.json", text);
        Assert.Contains(
            found, Assert.Throws<DataFormatException>(() => _ml.Hybrid.Data.LoadAmazonReviews(path, skipMalformed: true)).Found,
            StringComparison.Ordinal);
    }

    [Fact]
    public void LoadAmazonReviews_PythonNotation_IsReadLikeJson()
    {
        string path = _folder.Write(
            "r.json",
            """
            {'reviewerID': 'A1', 'asin': 'P1', 'reviewerName': u'J', 'overall': 5.0, 'unixReviewTime': 7}
            {'reviewerID': 'A1', 'asin': 'P1', 'reviewText': "It's \"so\"", 'overall': 5.0, 'helpful': [0], 'verified': True, 'unixReviewTime': 7}
            """);
        var view = _ml.Hybrid.Data.LoadAmazonReviews(path);
        Assert.Equal("It's \"so\"", view.Text("ReviewText")[^1]);
        Assert.Equal([7L, 7L], view.Column<long>("Timestamp"));
    }

    [Fact]
    public void LoadAmazonReviews_ReviewTimeAlone_IsTheTime()
    {
        string path = _folder.Write(
            "r.json",
            """
            {"reviewerID": "A", "asin": "P", "overall": 5, "reviewTime": "09 13, 2009"}
            {"reviewerID": "B", "asin": "P", "overall": 5, "reviewTime": "09 3, 2009"}
            {"reviewerID": "C", "asin": "P", "overall": 5, "reviewTime": "09 13, 2009", "unixReviewTime": 5}
            """);
        Assert.Equal([1252800000L, 1251936000L, 5L], _ml.Hybrid.Data.LoadAmazonReviews(path).Column<long>("Timestamp"));
    }

    [Fact]
    public void LoadYelp_Folder_JoinsBusinesses()
    {
        _folder.Write("yelp_academic_dataset_review.json",
            """
            {"review_id":"r","user_id":"u1","business_id":"b1","stars":3.0,"useful":0,"text":"Ok.","date":"2018-07-07 22:09:11"}
            {"review_id":"s","user_id":"u2","business_id":"b2","stars":5.0,"text":"","date":"1970-01-02"}
            """);
        _folder.Write("yelp_academic_dataset_business.json",
            """
            {"business_id":"b1","name":"Sal's","city":"X","categories":"Pizza, Food","attributes":null}
            {"business_id":"b2","name":"Zoo","categories":null}
            """);
        var view = _ml.Hybrid.Data.LoadYelp(_folder.Path);
        Assert.Equal([1531001351L, 86400L], view.Column<long>("Timestamp"));
        Assert.Equal(["Sal's", "Zoo"], view.Text("ItemTitle"));
        Assert.Equal(["Sal's. Pizza, Food.", "Zoo."], view.Text("ItemText"));
        Assert.Equal(["Ok.", ""], view.Text("ReviewText"));
        // Both ways of giving the files agree.
        Assert.Equal(view.Rows(), _ml.Hybrid.Data.LoadYelp(
            _folder.File("yelp_academic_dataset_review.json"), _folder.File("yelp_academic_dataset_business.json")).Rows());
    }

    [Fact]
    public void LoadYelp_BadDate_IsNamed()
    {
        string path = _folder.Write("review.json", """{"user_id":"u1","business_id":"b1","stars":3.0,"date":"07.07.2018"}""");
        Assert.Contains(
            "date '\"07.07.2018\"'", Assert.Throws<DataFormatException>(() => _ml.Hybrid.Data.LoadYelp(path)).Found,
            StringComparison.Ordinal);
    }
}
