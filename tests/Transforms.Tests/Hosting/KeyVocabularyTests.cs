using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Hosting;

public sealed class KeyVocabularyTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Of_SameValues_IsEqualAndOtherValuesOrOrderAreNot()
    {
        KeyVocabulary first = Of("a", "b", "c");
        Assert.Equal(3, first.Count);
        Assert.NotEqual(0UL, first.Hash);
        Assert.Equal(first, Of("a", "b", "c"));
        Assert.NotEqual(first, Of("a", "c", "b"));
        Assert.NotEqual(first, Of("a", "b", "d"));
        Assert.NotEqual(Of("ab", "c"), Of("a", "bc"));
    }

    [Fact]
    public void WriteRead_RoundTrips()
    {
        KeyVocabulary vocabulary = Of("a", "b");
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        vocabulary.Write(writer);
        stream.Position = 0;
        Assert.Equal(vocabulary, KeyVocabulary.Read(new BinaryReader(stream)));
    }

    [Fact]
    public void Check_OtherVocabulary_SaysWhatToDo()
    {
        KeyVocabulary trained = Of("a", "b");
        trained.Check(Column("a", "b"), "Gnn");
        ArgumentException error = Assert.Throws<ArgumentException>(() => trained.Check(Column("a", "x"), "Gnn"));
        Assert.Contains("'Key'", error.Message, StringComparison.Ordinal);
        Assert.Contains("MapValueToKey", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => trained.Check(Column("a", "b", "c"), "Gnn"));
    }

    [Fact]
    public void Check_KeyWithoutValues_ComparesTheirNumber()
    {
        DataViewSchema.Column bare = _ml.Data.LoadFromEnumerable<BareKey>([new()]).Schema["Key"];
        Assert.Equal(new KeyVocabulary(2, 0), KeyVocabulary.Of(bare));
        Of("a", "b").Check(bare, "Gnn");
        Assert.Throws<ArgumentException>(() => Of("a", "b", "c").Check(bare, "Gnn"));
    }

    [Theory]
    [InlineData(DataKind.SByte)]
    [InlineData(DataKind.Byte)]
    [InlineData(DataKind.Int16)]
    [InlineData(DataKind.UInt16)]
    [InlineData(DataKind.Int32)]
    [InlineData(DataKind.UInt32)]
    [InlineData(DataKind.Int64)]
    [InlineData(DataKind.UInt64)]
    [InlineData(DataKind.Single)]
    [InlineData(DataKind.Double)]
    [InlineData(DataKind.Boolean)]
    public void Of_ValuesOfEveryType_AreHashed(DataKind kind)
    {
        KeyVocabulary first = Typed(kind, "0", "1");
        Assert.Equal(2, first.Count);
        Assert.NotEqual(0UL, first.Hash);
        Assert.NotEqual(first, Typed(kind, "1", "0"));
    }

    private KeyVocabulary Of(params string[] values) => KeyVocabulary.Of(Column(values));

    private KeyVocabulary Typed(DataKind kind, params string[] values)
    {
        IDataView view = View(values);
        return KeyVocabulary.Of(_ml.Transforms.Conversion.ConvertType("Raw", "Item", kind)
            .Append(_ml.Transforms.Conversion.MapValueToKey("Key", "Raw")).Fit(view).Transform(view).Schema["Key"]);
    }

    private DataViewSchema.Column Column(params string[] values)
    {
        IDataView view = View(values);
        return _ml.Transforms.Conversion.MapValueToKey("Key", "Item").Fit(view).Transform(view).Schema["Key"];
    }

    private IDataView View(string[] values) => Checkerboard.View(_ml, values.Select(value => new CheckerboardRow { Item = value }));

    private sealed class BareKey
    {
        [KeyType(2)]
        public uint Key { get; set; }
    }
}
