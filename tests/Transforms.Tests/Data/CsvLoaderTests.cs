using System.Globalization;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Data;

public sealed class CsvLoaderTests : IDisposable
{
    private const string Orders =
        "customer,sku,stars,ordered_at,price\n" +
        "c-1042,B00A17,5,1970-01-02T00:00:01,9.5\n" +
        "\"c,7\",B00B93,2.5,1970-01-01,\n";

    private readonly TempFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _log = [];

    public CsvLoaderTests() => _ml.Log += (_, e) => _log.Add(e.RawMessage);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadCsv_NamedColumns_HaveTheHousesNamesAndTypes()
    {
        string products = _folder.Write("products.csv", "sku;description\nB00A17;Espresso pot\n");
        IDataView rows = _ml.Hybrid.Data.LoadCsv(
            _folder.Write("orders.csv", Orders), user: "customer", item: "sku", label: "stars", time: "ordered_at",
            texts: ItemTexts.FromDelimited(products, "sku", "description"));
        Assert.Equal(["User", "Item", "Label", "Timestamp", "ItemTitle", "ItemText"], rows.Names());
        Assert.Equal(["c-1042", "c,7"], rows.Text("User"));
        Assert.Equal([5f, 2.5f], rows.Column<float>("Label"));
        Assert.Equal([86401L, 0L], rows.Column<long>("Timestamp"));
        Assert.Equal(["Espresso pot.", ""], rows.Text("ItemText"));
    }

    [Fact]
    public void LoadCsv_UserAndItemAlone_CountEveryRowAndWarnOfStarsNobodyReads()
    {
        IDataView rows = _ml.Hybrid.Data.LoadCsv(_folder.Write("orders.csv", Orders), "customer", "sku");
        Assert.Equal(["User", "Item", "Label"], rows.Names());
        Assert.Equal([1f, 1f], rows.Column<float>("Label"));
        Assert.Contains(_log, line => line.Contains("Nobody reads the column 'stars'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("20240301", 1_709_251_200)]
    [InlineData("1709251200", 1_709_251_200)]
    [InlineData("1709251200000", 1_709_251_200)]
    [InlineData("20241301", 20_241_301)] // no month 13: seconds
    public void LoadCsv_NumberAsTime_IsADayOrSecondsOrMilliseconds(string time, long seconds)
    {
        string file = _folder.Write("orders.csv", $"customer,sku,at\nc,a,{time}\n");
        Assert.Equal([seconds], _ml.Hybrid.Data.LoadCsv(file, "customer", "sku", time: "at").Column<long>("Timestamp"));
        long at = long.Parse(time, CultureInfo.InvariantCulture);
        var view = _ml.Data.LoadFromEnumerable(new[] { new { User = "u", Item = "i", At = at } });
        var columns = new DataColumns { Timestamp = "At" };
        Assert.Equal([seconds], _ml.Hybrid.Data.FromDataView(view, columns).Column<long>("Timestamp"));
    }

    [Theory]
    [InlineData("1709251200000000")]
    [InlineData("1e20")]
    public void LoadCsv_TimeBeyond2100_IsRefused(string time)
    {
        string file = _folder.Write("orders.csv", $"customer,sku,at\nc,a,{time}\n");
        var error = Assert.Throws<DataFormatException>(
            () => _ml.Hybrid.Data.LoadCsv(file, "customer", "sku", time: "at").Column<long>("Timestamp").ToArray());
        Assert.Contains("2100", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadCsv_BrokenArchiveBesideTheFile_DoesNotMatter()
    {
        _folder.Write("other.zip", "PK\u0003\u0004 half a download");
        Assert.Equal(2, _ml.Hybrid.Data.LoadCsv(_folder.Write("orders.csv", Orders), "customer", "sku").Column<float>("Label").Count());
    }

    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    [InlineData('|')]
    public void LoadCsv_AnySeparator_IsGuessed(char separator)
    {
        string text = "user_id,item_id,what\n1,10,\"a,b;c|d\"\n2,20,e\n".Replace(',', separator);
        IDataView rows = _ml.Hybrid.Data.LoadCsv(
            _folder.WriteGzip("rows.txt.gz", "\uFEFF" + text), new CsvOptions
            {
                Columns = new() { User = "user_id", Item = "ITEM_ID", ItemText = "what" }
            });
        Assert.Equal([(1, 10), (2, 20)], rows.Pairs());
        Assert.Equal(["a,b;c|d".Replace(',', separator), "e"], rows.Text("ItemText"));
    }

    [Theory]
    [InlineData("0,1\n2147483646,7", true)]
    [InlineData("007,1\n2,7", false)]
    [InlineData("-1,1\n2,7", false)]
    [InlineData("2147483647,1\n2,7", false)]
    [InlineData("6f9619ff-8b86-d011-b42d-00cf4fc964ff,1\n2,7", false)]
    public void LoadCsv_Ids_AreNumbersIfAllOfThemAre(string lines, bool numbered)
    {
        IDataView rows = _ml.Hybrid.Data.LoadCsv(_folder.Write("rows.csv", "User,Item\n" + lines + "\n"));
        Assert.Equal(numbered ? NumberDataViewType.Int32 : (DataViewType)TextDataViewType.Instance, rows.Schema["User"].Type);
        Assert.Equal(NumberDataViewType.Int32, rows.Schema["Item"].Type);
        Assert.Equal(2, rows.Count());
    }

    [Fact]
    public void LoadCsv_NumberedIdsSaid_AreTakenAsSaid()
    {
        string path = _folder.Write("rows.csv", "User,Item\n1,2\nx,2\n");
        IDataView text = _ml.Hybrid.Data.LoadCsv(path, new CsvOptions { NumberedIds = false });
        Assert.Equal(["2", "2"], text.Text("Item"));
        var error = Assert.Throws<DataFormatException>(() => _ml.Hybrid.Data.LoadCsv(path, new CsvOptions { NumberedIds = true }));
        Assert.Contains("'x' in column 'User'", error.Found, StringComparison.Ordinal);
        Assert.Contains("NumberedIds: false", error.Allowed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1709288100", 1709288100)]
    [InlineData("1709288100.75", 1709288100)]
    [InlineData("1709288100123", 1709288100)]
    [InlineData("-1", -1)]
    [InlineData("2024-03-01", 1709251200)]
    [InlineData("2024-03-01T10:15:00", 1709288100)]
    [InlineData("2024-03-01T10:15:00.1234567Z", 1709288100)]
    [InlineData("2024-03-01 10:15", 1709288100)]
    [InlineData("2024-03-01 10:15:00 UTC", 1709288100)]
    [InlineData("2024-03-01T11:15:00+01:00", 1709288100)]
    [InlineData("2024-03-01 11:15:00 +01:00", 1709288100)]
    [InlineData("2024/03/01", 1709251200)]
    [InlineData("\"03 1, 2024\"", 1709251200)]
    public void LoadCsv_Times_AreSecondsInUtc(string cell, long seconds)
    {
        string path = _folder.Write("rows.csv", $"User,Item,at\n1,2,{cell}\n1,3,{cell}\n");
        Assert.Equal([seconds, seconds], _ml.Hybrid.Data.LoadCsv(path, time: "at").Column<long>("Timestamp"));
    }

    [Theory]
    [InlineData("1,2,five,0", "'five' in column 'stars'", "a finite number")]
    [InlineData("1,2,5,1.3.2024", "'1.3.2024' in column 'at'", "2024-03-01")]
    [InlineData(",2,5,0", "'' in column 'User'", "an id that is not empty")]
    [InlineData("1,2,5", "3 fields", "4 fields, as in the header")]
    [InlineData("1,\"2\"x,5,0", "text behind a closing quote", "quotes inside it doubled")]
    public void LoadCsv_MalformedRow_SaysWhereAndWhat(string row, string found, string allowed)
    {
        string path = _folder.Write("rows.csv", $"User,Item,stars,at\n1,1,5,0\n\n{row}\n");
        var error = Assert.Throws<DataFormatException>(() => _ml.Hybrid.Data.LoadCsv(path, label: "stars", time: "at"));
        Assert.Equal((path, 4), (error.Path, error.Line));
        Assert.Contains(found, error.Found, StringComparison.Ordinal);
        Assert.Contains(allowed, error.Allowed, StringComparison.Ordinal);
        Assert.Equal(1, _ml.Hybrid.Data.LoadCsv(path, label: "stars", time: "at", skipMalformed: true).Count());
        Assert.Contains(_log, line => line.Contains("1 malformed rows left out", StringComparison.Ordinal));
    }

    [Fact]
    public void LoadCsv_MissingColumn_NamesThoseThatAreThere()
    {
        string path = _folder.Write("rows.csv", "customer;sku\n1;2\n");
        string message = Assert.Throws<DataFormatException>(() => _ml.Hybrid.Data.LoadCsv(path, "client", "sku")).Message;
        Assert.Contains("customer, sku", message, StringComparison.Ordinal);
        Assert.Contains("client, sku", message, StringComparison.Ordinal);
        Assert.Equal(1, _ml.Hybrid.Data.LoadCsv(path, "customer", "sku").Count());
        Assert.Throws<DataFormatException>(() => _ml.Hybrid.Data.LoadCsv(_folder.Write("e.csv", "User,Item\n")));
        Assert.Throws<DataFormatException>(() => _ml.Hybrid.Data.LoadCsv(_folder.Write("f.csv", "")));
    }

    [Fact]
    public void LoadCsv_KeptColumns_AreNumbersOrText()
    {
        IDataView rows = _ml.Hybrid.Data.LoadCsv(_folder.Write("orders.csv", Orders), new CsvOptions
        {
            Columns = new() { User = "customer", Item = "sku" },
            Keep = ["price", "ordered_at"],
        });
        Assert.Equal([9.5f, float.NaN], rows.Column<float>("price"));
        Assert.Equal("1970-01-01", rows.Text("ordered_at")[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.Data.LoadCsv("x", new CsvOptions { Keep = ["Label"] }));
    }

    [Fact]
    public void LoadCsv_ReviewTexts_FeedItemTexts()
    {
        // Kaggle's form of Amazon books, in Latin-1.
        string path = _folder.Write(
            "reviews.csv", "Id,User_id,review/score,review/time,review/text\nB1,A1,4.0,940636800,\"Caf\u00E9, \"\"quoted\"\"\nand more\"\n",
            Encoding.Latin1);
        IDataView rows = _ml.Hybrid.Data.LoadCsv(path, new CsvOptions
        {
            Columns = new()
            {
                User = "User_id",
                Item = "Id",
                Label = "review/score",
                Timestamp = "review/time",
                ReviewText = "review/text",
            },
        });
        Assert.Equal("Caf\u00E9, \"quoted\"\nand more", ItemTexts.FromReviews(rows).TextOf("B1"));
    }

    [Fact]
    public void LoadCsv_TextsOfOtherIds_AreWarnedOf()
    {
        _ml.Hybrid.Data.LoadCsv(
            _folder.Write("rows.csv", "User,Item\n1,2\n"), texts: ItemTexts.FromDictionary(new Dictionary<string, string> { ["x"] = "y" }));
        Assert.Contains(_log, line => line.Contains("None of the 1 rows", StringComparison.Ordinal));
    }

    [Fact]
    public void LoadCsv_OptionsOutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.Data.LoadCsv("x", new CsvOptions { Separator = '"' }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.Data.LoadCsv("x", positiveThreshold: 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.Data.LoadCsv("x", label: "l", positiveThreshold: float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.Data.LoadCsv("x", user: " "));
    }

    [Theory]
    [InlineData("BZh91AY", "bzip2")]
    [InlineData("PAR1xxxx", "Parquet")]
    [InlineData("Rar!xxxx", "rar")]
    public void LoadCsv_OtherForm_IsNamed(string head, string name)
    {
        string message = Assert.Throws<DataFormatException>(() => _ml.Hybrid.Data.LoadCsv(_folder.Write("rows.csv", head))).Message;
        Assert.Contains(name, message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadCsv_Utf16_IsNamed()
    {
        File.WriteAllBytes(_folder.File("rows.csv"), [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("User,Item\n1,2\n")]);
        string message = Assert.Throws<DataFormatException>(() => _ml.Hybrid.Data.LoadCsv(_folder.File("rows.csv"))).Message;
        Assert.Contains("UTF-16", message, StringComparison.Ordinal);
    }
}
