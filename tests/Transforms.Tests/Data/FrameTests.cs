using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Data;

public sealed class FrameTests
{
    private sealed class Row
    {
        public long Customer { get; set; }

        public string Product { get; set; } = "";

        public double Stars { get; set; }

        public DateTime At { get; set; }

        public string About { get; set; } = "";
    }

    private sealed record OffsetRow(int User, int Item, DateTimeOffset At);

    private sealed record VectorRow([property: VectorType(2)] float[] Features);

    private readonly MLContext _ml = new(seed: 1);
    private readonly Row[] _rows =
    [
        new() { Customer = 5, Product = "p", Stars = 4, At = new(1970, 1, 2, 0, 0, 1), About = "one" },
        new() { Customer = 6, Product = "q", Stars = 1, At = new(1970, 1, 1), About = "" },
    ];

    private IDataView View => _ml.Data.LoadFromEnumerable(_rows);

    [Fact]
    public void FromDataView_ForeignNames_GetHouseNamesAndTypes()
    {
        var view = _ml.Hybrid.Data.FromDataView(View, "Customer", "Product", "Stars", "At", "About");
        Assert.Equal([5L, 6L], view.Column<long>("User"));
        Assert.Equal(["p", "q"], view.Text("Item"));
        Assert.Equal([4f, 1f], view.Column<float>("Label"));
        Assert.Equal([86401L, 0L], view.Column<long>("Timestamp"));
        Assert.Equal(["one", ""], view.Text("ItemText"));
        Assert.Contains("Customer", view.Names());
    }

    [Fact]
    public void FromDataView_DateTimeOffset_IsSecondsInUtc()
    {
        var view = _ml.Data.LoadFromEnumerable([new OffsetRow(1, 2, new(1970, 1, 2, 1, 0, 1, TimeSpan.FromHours(1)))]);
        var named = _ml.Hybrid.Data.FromDataView(view, "User", "Item", timestampColumn: "At");
        Assert.Equal([86401L], named.Column<long>("Timestamp"));
        Assert.Equal(new DateTime(1970, 1, 2, 0, 0, 1), _ml.Hybrid.Data.ToDataFrame(named)["At"][0]);
    }

    [Fact]
    public void FromDataView_NoLabel_IsOne() =>
        Assert.Equal([1f, 1f], _ml.Hybrid.Data.FromDataView(View, "Customer", "Product").Column<float>("Label"));

    [Fact]
    public void FromDataView_NamesCrossed_AreNotMixedUp()
    {
        var crossed = _ml.Hybrid.Data.FromDataView(_ml.Hybrid.Data.FromDataView(View, "Customer", "Product"), "Item", "User");
        Assert.Equal(["p", "q"], crossed.Text("User"));
        Assert.Equal([5L, 6L], crossed.Column<long>("Item"));
    }

    [Fact]
    public void FromDataView_Keys_KeepTheirValues()
    {
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Product").Fit(View).Transform(View);
        var view = _ml.Hybrid.Data.FromDataView(keyed, "Customer", "Product");
        VBuffer<ReadOnlyMemory<char>> values = default;
        view.Schema["Item"].GetKeyValues(ref values);
        Assert.Equal(["p", "q"], values.DenseValues().Select(v => v.ToString()));
    }

    [Theory]
    [InlineData("Nobody", "Product", null, null, null, "'Nobody'")]
    [InlineData("Stars", "Product", null, null, null, "'Stars' has type Double")]
    [InlineData("Customer", "At", null, null, null, "'At' has type DateTime")]
    [InlineData("Customer", "Product", "About", null, null, "'About'")]
    [InlineData("Customer", "Product", "Stars", "About", null, "'About'")]
    [InlineData("Customer", "Product", "Stars", "At", "Stars", "'Stars'")]
    public void FromDataView_MissingOrWrongColumn_IsNamedAtOnce(
        string user, string item, string? label, string? time, string? text, string named) =>
        Assert.Contains(
            named, Assert.Throws<ArgumentException>(() => _ml.Hybrid.Data.FromDataView(View, user, item, label, time, text)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void FromDataFrame_ThereAndBack_IsTheSame()
    {
        var frame = new DataFrame(
            new Int32DataFrameColumn("User", Enumerable.Range(0, 250)),
            new StringDataFrameColumn("Item", Enumerable.Range(0, 250).Select(i => $"i{i % 9}")),
            new SingleDataFrameColumn("Label", Enumerable.Range(0, 250).Select(i => (float)(i % 5))));
        var view = _ml.Hybrid.Data.FromDataFrame(frame);
        var back = _ml.Hybrid.Data.ToDataFrame(view);
        Assert.Equal(250, back.Rows.Count);
        Assert.Equal(frame["User"].Cast<int?>(), back["User"].Cast<int?>());
        Assert.Equal(frame["Item"].Cast<string>(), back["Item"].Cast<string>());
        Assert.Equal(frame["Label"].Cast<float?>(), back["Label"].Cast<float?>());
    }

    [Fact]
    public void FromDataFrame_NullId_IsAnErrorNotAZero()
    {
        var frame = new DataFrame(new Int32DataFrameColumn("User", [1, null]), new Int32DataFrameColumn("Item", [1, 2]));
        Assert.Contains(
            "'User' has 1 null", Assert.Throws<ArgumentException>(() => _ml.Hybrid.Data.FromDataFrame(frame)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "'Person'",
            Assert.Throws<ArgumentException>(() => _ml.Hybrid.Data.FromDataFrame(frame, new DataColumns { User = "Person" })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ToDataFrame_Keys_BecomeTheirValuesAndMissingOnesNull()
    {
        var known = _ml.Data.LoadFromEnumerable(_rows[..1]);
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Product").Fit(known).Transform(View);
        var frame = _ml.Hybrid.Data.ToDataFrame(keyed);
        Assert.Equal(["p", null], frame["Product"].Cast<string?>());
        Assert.Equal([new DateTime(1970, 1, 2, 0, 0, 1), new DateTime(1970, 1, 1)], frame["At"].Cast<DateTime?>().Select(d => d!.Value));
    }

    [Fact]
    public void ToDataFrame_Vector_NamesTheColumnAndTheRemedy()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { new VectorRow([1, 2]) });
        string message = Assert.Throws<ArgumentException>(() => _ml.Hybrid.Data.ToDataFrame(view)).Message;
        Assert.Contains("'Features'", message, StringComparison.Ordinal);
        Assert.Contains("SelectColumns", message, StringComparison.Ordinal);
    }
}
