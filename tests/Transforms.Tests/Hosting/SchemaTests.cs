using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Hosting;

public sealed class SchemaTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IDataView _keyed;

    public SchemaTests()
    {
        IDataView rows = Checkerboard.View(_ml, Checkerboard.TrainRows);
        _keyed = _ml.Transforms.Conversion.MapValueToKey("User").Append(_ml.Transforms.Categorical.OneHotEncoding("ItemHot", "Item"))
            .Fit(rows).Transform(rows);
    }

    [Fact]
    public void Of_KeyVectorAndText_KeepsKindItemTypeAndAnnotations()
    {
        SchemaShape shape = Shapes.Of(_keyed.Schema);
        SchemaShape.Column user = shape.Single(column => column.Name == "User"), hot = shape.Single(column => column.Name == "ItemHot");
        Assert.True(user.IsKey);
        Assert.Equal(NumberDataViewType.UInt32, user.ItemType);
        Assert.Equal(["KeyValues"], user.Annotations.Select(annotation => annotation.Name));
        Assert.Equal(SchemaShape.Column.VectorKind.Vector, hot.Kind);
        Assert.Contains("SlotNames", hot.Annotations.Select(annotation => annotation.Name));
        Assert.Equal(TextDataViewType.Instance, shape.Single(column => column.Name == "ItemText").ItemType);
    }

    [Fact]
    public void Append_SameName_Replaces()
    {
        SchemaShape shape = Shapes.Append(
            Shapes.Of(_keyed.Schema), Shapes.Vector("Label", slotNames: true), Shapes.Scalar("Score", NumberDataViewType.Single));
        SchemaShape.Column label = Assert.Single(shape, column => column.Name == "Label");
        Assert.Equal(SchemaShape.Column.VectorKind.Vector, label.Kind);
        Assert.Equal(["SlotNames"], label.Annotations.Select(annotation => annotation.Name));
        Assert.Single(shape, column => column.Name == "Score" && column.Kind == SchemaShape.Column.VectorKind.Scalar);
    }

    [Fact]
    public void Require_Missing_NamesColumnStageAndWhatIsThere()
    {
        foreach (string message in Messages("Movie", ColumnKinds.Key))
        {
            Assert.StartsWith("Gnn: column 'Movie' is missing", message, StringComparison.Ordinal);
            Assert.Contains("User", message, StringComparison.Ordinal);
            Assert.Contains("ItemText", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Require_TextWhereKeyIsNeeded_SaysWhatToDo()
    {
        foreach (string message in Messages("Item", ColumnKinds.Key))
            Assert.Matches(
                "^Gnn: column 'Item' is of type (Text|String); it must be a key. Put MapValueToKey\\(\"Item\"\\) before it.$", message);
    }

    [Fact]
    public void Require_WrongType_ListsAllThatIsAllowed()
    {
        foreach (string message in Messages("User", ColumnKinds.Single | ColumnKinds.SingleVector))
            Assert.EndsWith("it must be a Single or a vector of Single with a known size.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("User", ColumnKinds.Key)]
    [InlineData("ItemHot", ColumnKinds.SingleVector)]
    [InlineData("Label", ColumnKinds.Single)]
    [InlineData("Label", ColumnKinds.Number)]
    [InlineData("Timestamp", ColumnKinds.Number)]
    [InlineData("Item", ColumnKinds.Text | ColumnKinds.Key)]
    public void Require_RightType_IsFound(string name, object allowed)
    {
        Assert.Equal(name, SchemaColumns.Require(_keyed.Schema, name, "Gnn", (ColumnKinds)allowed).Name);
        Assert.Equal(name, Shapes.Require(Shapes.Of(_keyed.Schema), name, "Gnn", (ColumnKinds)allowed).Name);
    }

    [Fact]
    public void Optional_NotThere_IsNull()
    {
        Assert.Null(SchemaColumns.Optional(_keyed.Schema, "Movie", "Gnn", ColumnKinds.Key));
        Assert.Null(SchemaColumns.Optional(_keyed.Schema, null, "Gnn", ColumnKinds.Key));
        Assert.Null(Shapes.Optional(Shapes.Of(_keyed.Schema), "Movie", "Gnn", ColumnKinds.Key));
        Assert.Throws<ArgumentException>(() => SchemaColumns.Optional(_keyed.Schema, "Label", "Gnn", ColumnKinds.Key));
    }

    [Fact]
    public void KeyCount_MoreThanAnArrayHolds_Throws()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("User", new KeyDataViewType(typeof(ulong), ulong.MaxValue));
        ArgumentException error = Assert.Throws<ArgumentException>(() => SchemaColumns.KeyCount(builder.ToSchema()["User"]));
        Assert.Contains("18446744073709551615", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SlotNames_WrittenAndRead_AreEqual()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("V", new VectorDataViewType(NumberDataViewType.Single, 2), ColumnAnnotations.SlotNames(["a", ""]));
        builder.AddColumn("W", new VectorDataViewType(NumberDataViewType.Single, 2));
        DataViewSchema schema = builder.ToSchema();
        Assert.Equal(["a", ""], ColumnAnnotations.SlotNames(schema["V"])!);
        Assert.Null(ColumnAnnotations.SlotNames(schema["W"]));
        Assert.Null(ColumnAnnotations.Text(schema["V"], "SlotNames"));
    }

    private string[] Messages(string name, ColumnKinds allowed) =>
    [
        Assert.Throws<ArgumentException>(() => SchemaColumns.Require(_keyed.Schema, name, "Gnn", allowed)).Message,
        Assert.Throws<ArgumentException>(() => Shapes.Require(Shapes.Of(_keyed.Schema), name, "Gnn", allowed)).Message,
    ];
}
