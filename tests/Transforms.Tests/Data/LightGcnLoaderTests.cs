using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Data;

public sealed class LightGcnLoaderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadLightGcn_UserWithoutItemsAndBlankLines_GiveNoRows()
    {
        string path = _folder.WriteGzip("t.txt.gz", "0 5 6 \r\n\n1\n2\t7  8");
        var view = _ml.Hybrid.Data.LoadLightGcn(path);
        Assert.Equal(["User", "Item", "Label"], view.Names());
        Assert.Equal([(0, 5), (0, 6), (2, 7), (2, 8)], view.Pairs());
        Assert.All(view.Column<float>("Label"), label => Assert.Equal(1f, label));
    }

    [Theory]
    [InlineData("train.txt", "test.txt", "valid.txt")]
    [InlineData("derived-train.txt", "derived-test.txt", "derived-valid.txt")]
    public void LoadLightGcnSplit_Folder_FindsTheParts(string train, string test, string validation)
    {
        _folder.WriteGzip(train + ".gz", "0 1 2\n");
        _folder.Write(test, "0 3\n");
        var split = _ml.Hybrid.Data.LoadLightGcnSplit(_folder.Path);
        Assert.Equal([(0, 1), (0, 2)], split.TrainSet.Pairs());
        Assert.Equal([(0, 3)], split.TestSet.Pairs());
        Assert.Null(split.ValidationSet);
        _folder.Write(validation, "0 4\n");
        Assert.Equal([(0, 4)], _ml.Hybrid.Data.LoadLightGcnSplit(_folder.Path).ValidationSet!.Pairs());
    }

    [Fact]
    public void LoadLightGcnSplit_ZipWithSubfolder_IsReadAlike()
    {
        string zip = _folder.WriteZip("g.zip", ("sub/train.txt", "0 1 2\n"), ("sub/test.txt", "0 3\n"), ("__MACOSX/sub/train.txt", "x"));
        foreach (string path in new[] { zip, _folder.Path })
        {
            var split = _ml.Hybrid.Data.LoadLightGcnSplit(path);
            Assert.Equal([(0, 1), (0, 2)], split.TrainSet.Pairs());
            Assert.Equal([(0, 3)], split.TestSet.Pairs());
        }
    }

    [Fact]
    public void LoadLightGcnSplit_TextsThroughIdMap_JoinByTheNewId()
    {
        _folder.Write("train.txt", "0 0 1\n");
        _folder.Write("test.txt", "0 2\n");
        string map = _folder.Write("item_map.txt", "org_id remap_id\n1193 0\n661 1\n914 2\n");
        string json = _folder.WriteGzip(
            "llm.json.gz", "{\n \"661\": \"About 661\",\n \"1193\": \"About 1193\", \"1\": \"not in the map\"\n}");
        var texts = ItemTexts.FromJson(json).WithIdMap(map);
        Assert.Equal(2, texts.Count);
        var split = _ml.Hybrid.Data.LoadLightGcnSplit(_folder.Path, texts);
        Assert.Equal(["About 1193", "About 661"], split.TrainSet.Text("ItemText"));
        Assert.Equal([""], split.TestSet.Text("ItemText"));
    }

    [Theory]
    [InlineData("0 1 2\n1 2 -3\n", 2, "item id '-3'")]
    [InlineData("0 1 2\n1 2 2147483647\n", 2, "item id '2147483647'")]
    [InlineData("0 1 2\n1 2 4294967297\n", 2, "item id '4294967297'")]
    [InlineData("0 1 2\n\nx 2 3\n", 3, "user id 'x'")]
    [InlineData("0 1 2\n1.0 2 3\n", 2, "user id '1.0'")]
    public void LoadLightGcn_MalformedId_NamesLineAndValue(string text, long line, string found)
    {
        var view = _ml.Hybrid.Data.LoadLightGcn(_folder.Write("t.txt", text));
        var error = Assert.Throws<DataFormatException>(() => view.Count());
        Assert.Equal((line, found), (error.Line, error.Found));
        Assert.Contains("0 to 2147483646", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadLightGcn_SkipMalformed_LeavesOutTheIdOrTheUser()
    {
        string path = _folder.Write("t.txt", "0 1 x 2\nbad 5 6\n3 4\n");
        Assert.Equal([(0, 1), (0, 2), (3, 4)], _ml.Hybrid.Data.LoadLightGcn(path, skipMalformed: true).Pairs());
    }

    [Fact]
    public void LoadLightGcn_BinaryFile_IsAClearError()
    {
        string path = _folder.Write("t.txt", "PAR1\u0015\u0004\u0015");
        Assert.Contains(
            "Parquet", Assert.Throws<DataFormatException>(() => _ml.Hybrid.Data.LoadLightGcn(path)).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void WithIdOffset_ItemsOffByOne_GetTheirNames()
    {
        string path = _folder.WriteGzip("Yelp.txt.gz", "1 1 2 1\n2 2\n");
        string items = _folder.WriteGzip("Yelp.item.json.gz", """
            {
              "0": { "title": "First", "description": "A, B" },
              "1": { "title": "Second", "description": "" }
            }
            """);
        var view = _ml.Hybrid.Data.LoadLightGcn(path, ItemTexts.FromJson(items).WithIdOffset(1));
        Assert.Equal([(1, 1), (1, 2), (1, 1), (2, 2)], view.Pairs());
        Assert.Equal(["First", "Second", "First", "Second"], view.Text("ItemTitle"));
        Assert.Equal("First. A, B.", view.Text("ItemText")[0]);
    }

    [Theory]
    [InlineData("1193 0\n661\n", 2)]
    [InlineData("1193 0\n661 x\n", 2)]
    [InlineData("1193 0\n661 0\n", 2)]
    [InlineData("", 0)]
    public void WithIdMap_MalformedMap_NamesTheLine(string map, long line)
    {
        var texts = ItemTexts.FromDictionary(new Dictionary<int, string> { [661] = "x" });
        Assert.Equal(line, Assert.Throws<DataFormatException>(() => texts.WithIdMap(_folder.Write("map.txt", map))).Line);
    }
}
