using HybridRec.MLNet.Data;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet.Graph;

/// <summary>The legal values of the options that add edges, the schemas of their views included.</summary>
/// <param name="check">Refuses them.</param>
/// <param name="userColumnName">Column of users' ids.</param>
/// <param name="itemColumnName">Column of items' ids.</param>
internal sealed class GraphEdgeRules(OptionCheck check, string userColumnName, string itemColumnName)
{
    /// <summary>Throws at the first illegal option.</summary>
    public void Validate(GraphEdgeOptions o)
    {
        ArgumentNullException.ThrowIfNull(o.AttributeEdges, nameof(o.AttributeEdges));
        ArgumentNullException.ThrowIfNull(o.ItemRelations, nameof(o.ItemRelations));
        Types(o.EdgeTypeColumnName, o.EdgeTypes, nameof(o.EdgeTypeColumnName), nameof(o.EdgeTypes));
        if (o.EdgeTypes.Count > 0 && !o.EdgeTypes.Any(t => t.IsTarget))
        {
            throw check.Refusal(
                nameof(o.EdgeTypes), $"{GraphEdgeColumns.Names(o.EdgeTypes.Select(t => t.Name))}, none of them a target",
                "at least one type with IsTarget, such as new(\"buy\", IsTarget: true), to train on");
        }

        if (o.AttributeEdges.Any(a => a is null || string.IsNullOrWhiteSpace(a.ColumnName)))
            throw check.Refusal(nameof(o.AttributeEdges), "an empty name", "columns of text or keys, or none");
        if (o.AttributeEdges.Select(a => a.ColumnName).Distinct(StringComparer.Ordinal).Count() != o.AttributeEdges.Count)
            throw check.Refusal(
                nameof(o.AttributeEdges), string.Join(", ", o.AttributeEdges.Select(a => a.ColumnName)), "each column once");
        foreach (GraphAttributeEdges attribute in o.AttributeEdges)
        {
            check.Above0(attribute.Weight, $"{nameof(o.AttributeEdges)}[{attribute.ColumnName}].Weight");
            ColumnRoles.Check(check, attribute.Role, nameof(attribute.Role));
            if (attribute.View is null)
                continue;
            Id(
                attribute.View.Schema, attribute.OfUsers ? userColumnName : itemColumnName,
                $"{nameof(o.AttributeEdges)}[{attribute.ColumnName}].View");
            SchemaColumns.Require(
                attribute.View.Schema, attribute.ColumnName, GraphEdgeColumns.AttributeStage, GraphEdgeColumns.AttributeKinds);
        }

        if (o.ItemRelations.Any(r => r is null || r.View is null))
            throw check.Refusal(nameof(o.ItemRelations), "one without a view", "views of pairs of items, or none");
        for (int i = 0; i < o.ItemRelations.Count; i++)
            Relations(o.ItemRelations[i], $"{nameof(o.ItemRelations)}[{i}]");
    }

    private void Relations(GraphItemRelations relations, string option)
    {
        DataViewSchema schema = relations.View.Schema;
        check.Above0(relations.Weight, option + ".Weight");
        if (string.IsNullOrWhiteSpace(relations.RelatedItemColumnName) || relations.RelatedItemColumnName == itemColumnName)
            throw check.Refusal(
                option + ".RelatedItemColumnName", $"'{relations.RelatedItemColumnName}'", $"a column name other than '{itemColumnName}'");
        Id(schema, itemColumnName, option + ".View");
        Id(schema, relations.RelatedItemColumnName, option + ".View");
        if (relations.StrengthColumnName is { } strength)
            SchemaColumns.Require(schema, strength, GraphEdgeColumns.RelationStage, ColumnKinds.Number);
        Types(relations.EdgeTypeColumnName, relations.EdgeTypes, option + ".EdgeTypeColumnName", option + ".EdgeTypes");
        if (relations.EdgeTypes.FirstOrDefault(t => t.IsTarget) is { } target)
            throw check.Refusal(
                option + ".EdgeTypes", $"'{target.Name}' as target", "types without IsTarget: users are what is predicted for");
        if (relations.EdgeTypeColumnName is { } types)
            GraphEdgeColumns.CheckTypes(
                SchemaColumns.Require(schema, types, GraphEdgeColumns.RelationStage, GraphEdgeColumns.TypeKinds), relations.EdgeTypes);
    }

    private void Types(string? column, IReadOnlyList<GraphEdgeType> types, string columnOption, string typesOption)
    {
        ArgumentNullException.ThrowIfNull(types, typesOption);
        if (types.Any(t => t is null || string.IsNullOrWhiteSpace(t.Name)))
            throw check.Refusal(typesOption, "a type without a name", "named types, or none");
        if (column is not null && string.IsNullOrWhiteSpace(column))
            throw check.Refusal(columnOption, $"'{column}'", "a column name, or null");
        if (column is null && types.Count > 0)
            throw check.Refusal(
                columnOption, $"null while {typesOption} has {types.Count}", "the text or key column that names the type of a row");
        if (column is not null && types.Count == 0)
            throw check.Refusal(typesOption, $"empty while {columnOption} is '{column}'", "the types of that column that become edges");
        if (types.GroupBy(t => t.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw check.Refusal(typesOption, $"'{twice.Key}' more than once", "each type once");
        foreach (GraphEdgeType type in types)
            check.Above0(type.Weight, $"{typesOption}[{type.Name}].Weight");
    }

    private void Id(DataViewSchema schema, string name, string option)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
        {
            string there = string.Join(", ", schema.Where(c => !c.IsHidden).Select(c => c.Name));
            throw check.Refusal(option, $"a view without column '{name}' (it has {there})", "a view with that column of ids");
        }

        if (!IdColumn.IsId(column.Type))
            throw check.Refusal(option, $"a view whose column '{name}' is of type {column.Type}", $"ids of {IdColumn.Allowed}");
    }
}
