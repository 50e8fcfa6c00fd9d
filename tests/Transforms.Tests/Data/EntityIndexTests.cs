using HybridRec.MLNet.Data;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Data;

public sealed class EntityIndexTests
{
    private sealed record TextRow(string User);

    private sealed record IntRow(int User);

    private sealed record FloatRow(float User);

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Read_TextColumn_CodesInOrderOfFirstAppearance()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { "b", "a", "b", "", "c" }.Select(u => new TextRow(u)));
        var index = EntityIndex.Read(view, "User", out int[] codes);
        Assert.Equal([0, 1, 0, -1, 2], codes);
        Assert.Equal(["b", "a", "c"], Enumerable.Range(0, index.Count).Select(index.IdOf));
    }

    [Fact]
    public void Encode_KeyColumnWithValues_AgreesWithTheRawColumn()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { 7, -3, 7, 100 }.Select(u => new IntRow(u)));
        var index = EntityIndex.Read(view, "User", out int[] codes);
        var keyed = _ml.Transforms.Conversion.MapValueToKey("User").Fit(view).Transform(view);
        Assert.Equal(codes, index.Encode(keyed, "User"));
        Assert.True(index.TryGetCode("-3", out int code));
        Assert.Equal(1, code);
    }

    [Fact]
    public void Encode_MissingKeyAndUnknownId_GivesMinusOne()
    {
        var known = _ml.Data.LoadFromEnumerable(new[] { 1, 2 }.Select(u => new IntRow(u)));
        var other = _ml.Data.LoadFromEnumerable(new[] { 2, 9 }.Select(u => new IntRow(u)));
        var index = EntityIndex.Read(known, "User", out _);
        Assert.Equal([1, -1], index.Encode(other, "User"));
        var keyed = _ml.Transforms.Conversion.MapValueToKey("User").Fit(known).Transform(other);
        Assert.Equal([1, -1], index.Encode(keyed, "User"));
    }

    [Fact]
    public void Extend_NewIds_AreAppended()
    {
        var index = EntityIndex.FromIds(["1", "2"]);
        Assert.Equal([1, 2], index.Extend(_ml.Data.LoadFromEnumerable(new[] { 2, 9 }.Select(u => new IntRow(u))), "User"));
        Assert.Equal(3, index.Count);
    }

    [Fact]
    public void Read_FloatColumn_NamesColumnTypeAndRemedy()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new FloatRow(1) });
        var error = Assert.Throws<ArgumentException>(() => EntityIndex.Read(view, "User", out _));
        Assert.Contains("'User' has type Single", error.Message, StringComparison.Ordinal);
        Assert.Contains("ConvertType", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoSuchColumn_ListsTheColumns()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new FloatRow(1) });
        var error = Assert.Throws<ArgumentException>(() => EntityIndex.Read(view, "Person", out _));
        Assert.Contains("'Person'; the data has: User", error.Message, StringComparison.Ordinal);
    }
}
