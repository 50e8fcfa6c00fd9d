using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Hosting;

public sealed class InteractionRowsTests
{
    private const string Stage = "Gnn";
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Read_AllColumns_InRowOrderAndZeroBased()
    {
        IDataView view = _ml.Data.LoadFromEnumerable<FullRow>(
        [
            new() { User = 0, Item = 2, Label = 5, Timestamp = 10, Holdout = true },
            new() { User = 1, Item = 9, Label = 0, Timestamp = -1, Holdout = false },
        ]);
        InteractionRows rows = InteractionRows.Read(view, new InteractionColumns(), Stage);
        Assert.Equal((2, 4, 3), (rows.Count, rows.UserCount, rows.ItemCount));
        Assert.Equal([0, 1], rows.Users);
        Assert.Equal([2, -1], rows.Items); // out of the key's range is the missing key
        Assert.Equal([5f, 0f], rows.Labels!);
        Assert.Equal([10L, -1L], rows.Timestamps!);
        Assert.Equal([true, false], rows.Holdout!);
    }

    [Fact]
    public void Read_OptionalColumnsNotThere_AreNull()
    {
        IDataView view = _ml.Data.LoadFromEnumerable<KeysOnly>([new() { User = 1, Item = 0 }]);
        InteractionRows rows = InteractionRows.Read(view, new InteractionColumns(), Stage);
        Assert.Null(rows.Labels);
        Assert.Null(rows.Timestamps);
        Assert.Null(rows.Holdout);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Read_LabelNotFinite_NamesTheRow(float label)
    {
        IDataView view = _ml.Data.LoadFromEnumerable<FullRow>([new() { Label = 1 }, new() { Label = label }]);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => InteractionRows.Read(view, new InteractionColumns(), Stage));
        Assert.Contains("Gnn: row 2 has", error.Message, StringComparison.Ordinal);
        Assert.Contains("'Label'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoRows_SaysSo()
    {
        IDataView view = _ml.Data.LoadFromEnumerable<FullRow>([]);
        Assert.Contains(
            "no rows", Assert.Throws<ArgumentException>(() => InteractionRows.Read(view, new InteractionColumns(), Stage)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TextIds_AskForMapValueToKey()
    {
        IDataView view = Checkerboard.View(_ml, Checkerboard.TrainRows);
        ArgumentException error = Assert.Throws<ArgumentException>(() => InteractionRows.Read(view, new InteractionColumns(), Stage));
        Assert.Contains("MapValueToKey(\"User\")", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Cancelled_Throws() => Assert.Throws<OperationCanceledException>(
        () => InteractionRows.Read(
            _ml.Data.LoadFromEnumerable<FullRow>([new()]), new InteractionColumns(), Stage, new CancellationToken(canceled: true)));

    [Fact]
    public void Read_KeysOfEveryRawType_AreEqual()
    {
        IDataView view = _ml.Data.LoadFromEnumerable<WideKeys>([
            new() { Byte = 3, UInt = 3, ULong = 3 }, new() { Byte = 200, UInt = 200, ULong = 200 }]);
        foreach (string column in (string[])["Byte", "UInt", "ULong"])
        {
            InteractionRows rows = InteractionRows.Read(view, new InteractionColumns(column, column), Stage);
            Assert.Equal([3, -1], rows.Users);
        }
    }

    [Fact]
    public void Read_LabelOfOtherTypes_BecomesSingle()
    {
        IDataView view = _ml.Data.LoadFromEnumerable<Labels>([new() { Real = 2.5, Whole = -3, Flag = true, Graded = 4 }]);
        Assert.Equal([2.5f], Label(view, "Real"));
        Assert.Equal([-3f], Label(view, "Whole"));
        Assert.Equal([1f], Label(view, "Flag"));
        Assert.Equal([4f], Label(view, "Graded"));
        Assert.Equal([86400L], InteractionRows.Read(view, new InteractionColumns(Timestamp: "Date"), Stage).Timestamps!);
    }

    private static float[] Label(IDataView view, string column) =>
        InteractionRows.Read(view, new InteractionColumns(Label: column), Stage).Labels!;

    private sealed class FullRow
    {
        [KeyType(4)]
        public uint User { get; set; }

        [KeyType(3)]
        public uint Item { get; set; }

        public float Label { get; set; }

        public long Timestamp { get; set; }

        public bool Holdout { get; set; }
    }

    private sealed class KeysOnly
    {
        [KeyType(4)]
        public uint User { get; set; }

        [KeyType(3)]
        public uint Item { get; set; }
    }

    private sealed class WideKeys
    {
        [KeyType(100)]
        public byte Byte { get; set; }

        [KeyType(100)]
        public uint UInt { get; set; }

        [KeyType(100)]
        public ulong ULong { get; set; }
    }

    private sealed class Labels
    {
        [KeyType(4)]
        public uint User { get; set; }

        [KeyType(3)]
        public uint Item { get; set; }

        public double Real { get; set; }

        public short Whole { get; set; }

        public bool Flag { get; set; }

        [KeyType(5)]
        public uint Graded { get; set; }

        public DateTime Date { get; set; } = DateTime.UnixEpoch.AddDays(1);
    }
}
