using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Data;

public sealed class ItemTextsTests : IDisposable
{
    private sealed record Review(string Item, string ReviewText);

    private readonly TempFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("not json\n")]
    [InlineData("[1, 2]")]
    [InlineData("{\n \"1\": \"open")]
    [InlineData("{\"asin\": \"A\"}\nnot json\n")]
    [InlineData("{\"asin\": \"A\"}\n{\"title\": \"no id\"}\n")]
    public void FromJson_NoneOfTheThreeForms_IsAnError(string text)
    {
        string path = _folder.Write("items.json", text);
        Assert.Equal(path, Assert.Throws<DataFormatException>(() => ItemTexts.FromJson(path)).Path);
    }

    [Fact]
    public void FromJson_SkipMalformed_CountsTheLines()
    {
        string path = _folder.Write("items.jsonl", "{\"asin\": \"A\", \"title\": \"T\"}\nnot json\n{\"asin\": \"B\"}\n");
        var texts = ItemTexts.FromJson(path, skipMalformed: true);
        Assert.Equal((2, 1L), (texts.Count, texts.SkippedRows));
    }

    [Fact]
    public void FromJson_OneObjectOnOneLine_IsKeyedById()
    {
        var texts = ItemTexts.FromJson(_folder.Write(
            "items.json", "{\"1\": \"one\", \"2\": {\"title\": \"Two\", \"description\": \"text\"}}"));
        Assert.Equal("one", texts.TextOf("1"));
        Assert.Equal(("Two", "Two. text."), (texts.TitleOf("2"), texts.TextOf("2")));
        Assert.Equal("", texts.TextOf("3"));
    }

    [Fact]
    public void FromDelimited_Tsv_TakesColumnsByHeader()
    {
        string path = _folder.WriteGzip("titles.tsv.gz", "remap_id\tasin\ttitle\tauthors\n2\t161\tNot Quite Dating\tBybee\n");
        var texts = ItemTexts.FromDelimited(path, "remap_id", "title", ["authors"], '\t');
        Assert.Equal("Not Quite Dating. Bybee.", texts.TextOf("2"));
        Assert.Contains(
            "author_name",
            Assert.Throws<DataFormatException>(() => ItemTexts.FromDelimited(path, "remap_id", "author_name", separator: '\t')).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void WithIdOffset_TextIds_IsAnError()
    {
        var texts = ItemTexts.FromDictionary(new Dictionary<string, string> { ["B00"] = "x" });
        Assert.Contains("'B00'", Assert.Throws<InvalidOperationException>(() => texts.WithIdOffset(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromReviews_TrainingRowsOnly_NeverHasATestRowsText()
    {
        var rows = Enumerable.Range(0, 40).Select(i => new Review($"i{i % 4}", $"review{i} ")).ToArray();
        var view = _ml.Data.LoadFromEnumerable(rows);
        var users = _ml.Hybrid.Data.FromDataView(view, "Item", "Item");
        var split = _ml.Hybrid.Data.RandomSplit(users, new RandomSplitOptions { TestFraction = 0.5, KeepPairsTogether = false, Seed = 1 });
        split = _ml.Hybrid.Data.WithItemTexts(split, ItemTexts.FromReviews(split.TrainSet));
        string all = string.Join(' ', split.TestSet.Text("ItemText")) + " ";
        var words = all.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        Assert.NotEmpty(words);
        Assert.All(split.TestSet.Text("ReviewText"), text => Assert.DoesNotContain(text.Trim(), words));
    }

    [Fact]
    public void FromReviews_LongTexts_AreCutOff()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new Review("i", new string('a', 8)), new Review("i", new string('b', 8)) });
        Assert.Equal("aaaaaaaa\nb", ItemTexts.FromReviews(view, maximumCharacters: 10).TextOf("i"));
    }

    [Fact]
    public void Items_OfAView_TakesTheFirstRowWithText()
    {
        string path = _folder.Write("t.txt", "0 7 8\n1 9 8\n");
        var texts = ItemTexts.FromDictionary(new Dictionary<int, string> { [8] = "eight" });
        var items = _ml.Hybrid.Data.Items(_ml.Hybrid.Data.LoadLightGcn(path, texts));
        Assert.Equal(["Item", "ItemTitle", "ItemText"], items.Names());
        Assert.Equal([7, 8, 9], items.Column<int>("Item"));
        Assert.Equal(["", "eight", ""], items.Text("ItemText"));
    }

    [Fact]
    public void Items_OfTexts_KeepTextIdsOrNumberThem()
    {
        var texts = ItemTexts.FromDictionary(new Dictionary<int, string> { [8] = "eight" });
        Assert.Equal([8], _ml.Hybrid.Data.Items(texts, numbered: true).Column<int>("Item"));
        Assert.Equal(["8"], _ml.Hybrid.Data.Items(texts).Text("Item"));
        var named = ItemTexts.FromDictionary(new Dictionary<string, string> { ["B00"] = "x" });
        Assert.Throws<ArgumentException>(() => _ml.Hybrid.Data.Items(named, numbered: true));
    }

    [Fact]
    public void WithItemTexts_KeyedItems_JoinByTheirValues()
    {
        var view = _ml.Hybrid.Data.LoadLightGcn(_folder.Write("t.txt", "0 7 8\n"));
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Item").Fit(view).Transform(view);
        var texts = ItemTexts.FromDictionary(new Dictionary<long, string> { [8] = "eight" });
        Assert.Equal(["", "eight"], _ml.Hybrid.Data.WithItemTexts(keyed, texts).Text("ItemText"));
    }
}
