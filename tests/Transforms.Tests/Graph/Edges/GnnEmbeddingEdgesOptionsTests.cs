using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>Illegal edges are refused when the estimator is made, or before the training data are read.</summary>
public sealed class GnnEmbeddingEdgesOptionsTests
{
    private static readonly MLContext s_ml = new(seed: 1);
    private static readonly IDataView s_related = s_ml.Data.LoadFromEnumerable(RelatedItems.Neighbors);

    public static TheoryData<string, string, GraphEdgeOptions> Illegal() => new()
    {
        { "EdgeTypes", "IsTarget", Types(new GraphEdgeType("buy"), new GraphEdgeType("view")) },
        { "EdgeTypes", "each type once", Types(new GraphEdgeType("buy", IsTarget: true), new GraphEdgeType("buy")) },
        { "EdgeTypes", "named types", Types(new GraphEdgeType(" ", IsTarget: true)) },
        { "EdgeTypes", "become edges", new() { EdgeTypeColumnName = "Behavior" } },
        { "EdgeTypes[buy].Weight", "above 0", Types(new GraphEdgeType("buy", 0, IsTarget: true)) },
        { "EdgeTypes[buy].Weight", "above 0", Types(new GraphEdgeType("buy", float.NaN, IsTarget: true)) },
        { "EdgeTypes[buy].Weight", "above 0", Types(new GraphEdgeType("buy", float.PositiveInfinity, IsTarget: true)) },
        { "EdgeTypeColumnName", "names the type", new() { EdgeTypes = [new("buy", IsTarget: true)] } },
        { "EdgeTypeColumnName", "a column name", new() { EdgeTypeColumnName = "", EdgeTypes = [new("buy", IsTarget: true)] } },
        { "AttributeEdges", "columns of text", new() { AttributeEdges = [new("")] } },
        { "AttributeEdges", "each column once", new() { AttributeEdges = [new("ItemAuthor"), new("ItemAuthor", 2)] } },
        { "AttributeEdges[ItemAuthor].Weight", "above 0", new() { AttributeEdges = [new("ItemAuthor", -1)] } },
        { "AttributeEdges[UserJob].View", "column of ids", new() { AttributeEdges = [new("UserJob") { View = s_related }] } },
        {
            "AttributeEdges[Job].View", "column of ids",
            new() { AttributeEdges = [new("Job") { View = s_related, Role = ColumnRole.User }] }
        },
        { "Role", "User, Item or null", new() { AttributeEdges = [new("Job") { Role = ColumnRole.Pair }] } },
        { "ItemRelations", "views of pairs", new() { ItemRelations = [new(null!)] } },
        { "ItemRelations[0].Weight", "above 0", new() { ItemRelations = [new(s_related, 0)] } },
        { "ItemRelations[0].View", "column of ids", new() { ItemRelations = [new(s_related) { RelatedItemColumnName = "Other" }] } },
        { "ItemRelations[0].View", "an integer type", new() { ItemRelations = [new(s_related) { RelatedItemColumnName = "Strength" }] } },
        {
            "ItemRelations[0].RelatedItemColumnName", "other than",
            new() { ItemRelations = [new(s_related) { RelatedItemColumnName = "Item" }] }
        },
        { "ItemRelations[0].EdgeTypes", "become edges", new() { ItemRelations = [new(s_related) { EdgeTypeColumnName = "Type" }] } },
        {
            "ItemRelations[0].EdgeTypes", "without IsTarget",
            new() { ItemRelations = [new(s_related) { EdgeTypeColumnName = "Type", EdgeTypes = [new("series", IsTarget: true)] }] }
        },
        {
            "ItemRelations[0].EdgeTypeColumnName", "names the type",
            new() { ItemRelations = [new(s_related) { EdgeTypes = [new("series")] }] }
        },
    };

    [Theory]
    [MemberData(nameof(Illegal))]
    public void GnnEmbedding_IllegalEdges_AreNamedWhenItIsMade(string name, string allowed, GraphEdgeOptions edges)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            s_ml.Hybrid.GnnEmbedding(new() { Edges = edges }));
        Assert.Equal(name, error.ParamName);
        Assert.Contains(
            allowed, error.Message[error.Message.IndexOf("it has to be ", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    public static TheoryData<string, GraphEdgeOptions> Null() => new()
    {
        { "EdgeTypes", new() { EdgeTypes = null! } },
        { "AttributeEdges", new() { AttributeEdges = null! } },
        { "ItemRelations", new() { ItemRelations = null! } },
    };

    [Theory]
    [MemberData(nameof(Null))]
    public void GnnEmbedding_NullEdges_AreNamed(string name, GraphEdgeOptions edges) =>
        Assert.Equal(name, Assert.Throws<ArgumentNullException>(() => s_ml.Hybrid.GnnEmbedding(new() { Edges = edges })).ParamName);

    [Theory]
    [InlineData("Nowhere", "missing")]
    [InlineData("Item", "must be a number")]
    public void GnnEmbedding_StrengthThatIsNoNumber_IsNamedWhenItIsMade(string column, string problem)
    {
        string message = Assert.Throws<ArgumentException>(() =>
            s_ml.Hybrid.GnnEmbedding(new() { Edges = new() { ItemRelations = [new(s_related) { StrengthColumnName = column }] } })).Message;
        Assert.Contains($"'{column}'", message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    public static TheoryData<string, GraphEdgeOptions> Columns() => new()
    {
        { "Behavior", Types(new GraphEdgeType("buy", IsTarget: true)) },
        { "Label", new() { EdgeTypeColumnName = "Label", EdgeTypes = [new("buy", IsTarget: true)] } },
        { "ItemAuthor", new() { AttributeEdges = [new("ItemAuthor")] } },
        { "Label", new() { AttributeEdges = [new("Label")] } },
    };

    [Theory]
    [MemberData(nameof(Columns))]
    public void Fit_ColumnMissingOrOfAnotherType_FailsBeforeReadingAndNamesIt(string name, GraphEdgeOptions edges)
    {
        GnnEmbeddingEstimator estimator = s_ml.Hybrid.GnnEmbedding(new() { Edges = edges });
        IDataView view = GuardedView.Unreadable(GraphTestData.Board(s_ml));
        Assert.Contains($"'{name}'", Assert.Throws<ArgumentException>(() => estimator.Fit(view)).Message, StringComparison.Ordinal);
        Assert.Contains(
            $"'{name}'", Assert.Throws<ArgumentException>(() => estimator.GetOutputSchema(Hosting.Shapes.Of(view.Schema))).Message,
            StringComparison.Ordinal);
    }

    private static GraphEdgeOptions Types(params GraphEdgeType[] types) => new() { EdgeTypeColumnName = "Behavior", EdgeTypes = types };
}
