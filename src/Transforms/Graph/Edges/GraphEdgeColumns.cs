using HybridRec.MLNet.Data;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Graph;

/// <summary>The columns of the training data that name edges: types of rows, and attributes. Checked when a schema is bound.</summary>
internal static class GraphEdgeColumns
{
    public const ColumnKinds TypeKinds = ColumnKinds.Text | ColumnKinds.Key;
    public const ColumnKinds AttributeKinds = ColumnKinds.Text | ColumnKinds.Key | ColumnKinds.TextVector | ColumnKinds.KeyVector;
    public const string AttributeStage = StageNames.GnnEmbedding + " AttributeEdges";
    public const string RelationStage = StageNames.GnnEmbedding + " ItemRelations";

    private const int MostNames = 20;

    /// <summary>Checks a schema.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type, or a key column has no value of
    /// the name of a type.</exception>
    public static void Bind(DataViewSchema schema, GraphEdgeOptions options)
    {
        if (options.EdgeTypeColumnName is { } types)
            CheckTypes(SchemaColumns.Require(schema, types, StageNames.GnnEmbedding, TypeKinds), options.EdgeTypes);
        foreach (GraphAttributeEdges attribute in options.AttributeEdges.Where(a => a.View is null))
            SchemaColumns.Require(schema, attribute.ColumnName, StageNames.GnnEmbedding, AttributeKinds);
    }

    /// <summary>Checks a shape.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public static void Bind(SchemaShape shape, GraphEdgeOptions options)
    {
        if (options.EdgeTypeColumnName is { } types)
            Shapes.Require(shape, types, StageNames.GnnEmbedding, TypeKinds);
        foreach (GraphAttributeEdges attribute in options.AttributeEdges.Where(a => a.View is null))
            Shapes.Require(shape, attribute.ColumnName, StageNames.GnnEmbedding, AttributeKinds);
    }

    /// <summary>Refuses types that a key column has no value for; other columns tell only when they are read.</summary>
    public static void CheckTypes(DataViewSchema.Column column, IReadOnlyList<GraphEdgeType> types)
    {
        if (column.Type is KeyDataViewType && IdColumn.KeyValues(column) is { } values)
            CheckTypes(column.Name, types, values);
    }

    /// <summary>Refuses types that the data lack.</summary>
    public static void CheckTypes(string column, IReadOnlyList<GraphEdgeType> types, IReadOnlyCollection<string> found)
    {
        var known = new HashSet<string>(found, StringComparer.Ordinal);
        string[] lacking = [.. types.Select(t => t.Name).Where(name => !known.Contains(name))];
        if (lacking.Length == 0)
            return;
        string allowed = found.Count == 0 ? "there is none in the data" : Names(found);
        throw new ArgumentException(
            $"{StageNames.GnnEmbedding}: EdgeTypes names {Names(lacking)}, which column '{column}' does not have; allowed: {allowed}. " +
            "Name types that the data have, with their case, or leave it out.");
    }

    public static string Names(IEnumerable<string> names)
    {
        string[] quoted = [.. names.Take(MostNames + 1).Select(name => $"'{name}'")];
        return string.Join(", ", quoted.Take(MostNames)) + (quoted.Length > MostNames ? ", ..." : "");
    }
}
