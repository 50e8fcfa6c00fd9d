using HybridRec.MLNet.Data;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;

namespace HybridRec.MLNet.Graph;

/// <summary>The legal values of the options that add edges, the schemas of their views included.</summary>
internal static class GraphEdgesCheck
{
    /// <summary>Throws at the first illegal option.</summary>
    public static void Throw(GnnEmbeddingOptions o)
    {
        Types(o.EdgeTypeColumnName, o.EdgeTypes, nameof(o.EdgeTypeColumnName), nameof(o.EdgeTypes));
        if (o.EdgeTypes.Count > 0 && !o.EdgeTypes.Any(t => t.IsTarget))
        {
            throw Refuse(
                nameof(o.EdgeTypes), $"{GraphEdgeColumns.Names(o.EdgeTypes.Select(t => t.Name))}, none of them a target",
                "at least one type with IsTarget, such as new(\"buy\", IsTarget: true), to train on");
        }

        if (o.AttributeEdges is null || o.AttributeEdges.Any(a => a is null || string.IsNullOrWhiteSpace(a.ColumnName)))
            throw Refuse(nameof(o.AttributeEdges), o.AttributeEdges is null ? "null" : "an empty name", "columns of text or keys, or none");
        if (o.AttributeEdges.Select(a => a.ColumnName).Distinct(StringComparer.Ordinal).Count() != o.AttributeEdges.Count)
            throw Refuse(nameof(o.AttributeEdges), string.Join(", ", o.AttributeEdges.Select(a => a.ColumnName)), "each column once");
        foreach (GraphAttributeEdges attribute in o.AttributeEdges)
        {
            GnnEmbeddingOptionsCheck.Above0(attribute.Weight, $"{nameof(o.AttributeEdges)}[{attribute.ColumnName}].Weight");
            if (attribute.View is null)
                continue;
            Id(attribute.View.Schema, GraphEdgeColumns.KeyOf(attribute, o), $"{nameof(o.AttributeEdges)}[{attribute.ColumnName}].View");
            SchemaColumns.Require(attribute.View.Schema, attribute.ColumnName, GraphEdgeColumns.AttributeStage, GraphEdgeColumns.AttributeKinds);
        }

        if (o.ItemRelations is null || o.ItemRelations.Any(r => r is null || r.View is null))
            throw Refuse(nameof(o.ItemRelations), o.ItemRelations is null ? "null" : "one without a view", "views of pairs of items, or none");
        for (int i = 0; i < o.ItemRelations.Count; i++)
            Relations(o.ItemRelations[i], o, $"{nameof(o.ItemRelations)}[{i}]");
    }

    private static void Relations(GraphItemRelations relations, GnnEmbeddingOptions o, string option)
    {
        DataViewSchema schema = relations.View.Schema;
        GnnEmbeddingOptionsCheck.Above0(relations.Weight, option + ".Weight");
        if (string.IsNullOrWhiteSpace(relations.RelatedItemColumnName) || relations.RelatedItemColumnName == o.ItemColumnName)
            throw Refuse(option + ".RelatedItemColumnName", $"'{relations.RelatedItemColumnName}'", $"a column name other than '{o.ItemColumnName}'");
        Id(schema, o.ItemColumnName, option + ".View");
        Id(schema, relations.RelatedItemColumnName, option + ".View");
        if (relations.StrengthColumnName is { } strength)
            SchemaColumns.Require(schema, strength, GraphEdgeColumns.RelationStage, ColumnKinds.Number);
        Types(relations.EdgeTypeColumnName, relations.EdgeTypes, option + ".EdgeTypeColumnName", option + ".EdgeTypes");
        if (relations.EdgeTypes.FirstOrDefault(t => t.IsTarget) is { } target)
            throw Refuse(option + ".EdgeTypes", $"'{target.Name}' as target", "types without IsTarget: users are what is predicted for");
        if (relations.EdgeTypeColumnName is { } types)
            GraphEdgeColumns.CheckTypes(SchemaColumns.Require(schema, types, GraphEdgeColumns.RelationStage, GraphEdgeColumns.TypeKinds), relations.EdgeTypes);
    }

    private static void Types(string? column, IReadOnlyList<GraphEdgeType> types, string columnOption, string typesOption)
    {
        if (types is null || types.Any(t => t is null || string.IsNullOrWhiteSpace(t.Name)))
            throw Refuse(typesOption, types is null ? "null" : "a type without a name", "named types, or none");
        if (column is not null && string.IsNullOrWhiteSpace(column))
            throw Refuse(columnOption, $"'{column}'", "a column name, or null");
        if (column is null && types.Count > 0)
            throw Refuse(columnOption, $"null while {typesOption} has {types.Count}", "the text or key column that names the type of a row");
        if (column is not null && types.Count == 0)
            throw Refuse(typesOption, $"empty while {columnOption} is '{column}'", "the types of that column that become edges");
        if (types.GroupBy(t => t.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw Refuse(typesOption, $"'{twice.Key}' more than once", "each type once");
        foreach (GraphEdgeType type in types)
            GnnEmbeddingOptionsCheck.Above0(type.Weight, $"{typesOption}[{type.Name}].Weight");
    }

    private static void Id(DataViewSchema schema, string name, string option)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
            throw Refuse(option, $"a view without column '{name}' (it has {string.Join(", ", schema.Where(c => !c.IsHidden).Select(c => c.Name))})", "a view with that column of ids");
        if (!IdColumn.IsId(column.Type))
            throw Refuse(option, $"a view whose column '{name}' is of type {column.Type}", $"ids of {IdColumn.Allowed}");
    }

    private static ArgumentException Refuse(string option, string given, string allowed) => GnnEmbeddingOptionsCheck.Illegal(option, given, allowed);
}
