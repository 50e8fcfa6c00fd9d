using System.Globalization;
using HybridRec.MLNet.Data;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet.Graph;

/// <summary>Reads a view of related items into one relation a type.</summary>
internal static class ItemRelationReader
{
    private const int RowsBetweenChecks = 4096;

    /// <exception cref="ArgumentException">A type is in no row, or no pair has two known items.</exception>
    /// <exception cref="InvalidDataException">A strength is not a finite number above 0.</exception>
    public static NodeRelation[] Read(
        GraphItemRelations source, int number, IDataView training, int userCount, GnnEmbeddingOptions options, TrainingLog log)
    {
        IDataView view = source.View;
        EntityIndex items = GraphNodes.Ids(training.Schema[options.ItemColumnName]);
        EdgeTypeRows? types = EdgeTypeRows.Read(view, source.EdgeTypeColumnName, source.EdgeTypes, log);
        string name = string.Create(CultureInfo.InvariantCulture, $"ItemRelations[{number}]");
        NodeRelation[] relations = types is null
            ? [new NodeRelation(name, source.Weight)]
            : [.. source.EdgeTypes.Select(t => new NodeRelation($"{name} '{t.Name}'", source.Weight * t.Weight))];

        DataViewSchema.Column first = view.Schema[options.ItemColumnName], second = view.Schema[source.RelatedItemColumnName];
        DataViewSchema.Column? strength = source.StrengthColumnName is { } column ? view.Schema[column] : null;
        using DataViewRowCursor cursor = view.GetRowCursor(strength is { } s ? [first, second, s] : [first, second]);
        Func<int> firstOf = GraphNodes.Reader(cursor, first, items), secondOf = GraphNodes.Reader(cursor, second, items);
        Func<float>? strengthOf = strength is { } wanted ? CellReader.Single(cursor, wanted) : null;
        int unknown = 0, row = 0;
        for (; cursor.MoveNext(); row++)
        {
            if (row % RowsBetweenChecks == 0)
                options.Training.CancellationToken.ThrowIfCancellationRequested();
            int type = types?.TypeOf[row] ?? 0;
            if (type < 0)
                continue;
            (int a, int b) = (firstOf(), secondOf());
            float value = strengthOf?.Invoke() ?? 1;
            if (!(value > 0 && float.IsFinite(value)))
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"{GraphEdgeColumns.RelationStage}: row {row + 1} of {name} has {value} in column '{source.StrengthColumnName}'; a " +
                    $"strength is a finite number above 0. Leave such rows out."));
            }

            if (a < 0 || b < 0)
                unknown++;
            else
                relations[type].Add(userCount + a, userCount + b, value);
        }

        if (unknown > 0)
            log.Info(
                $"{unknown} of {row} pairs of {name} are left out: one of the items is not in the key column '{options.ItemColumnName}'");
        foreach (NodeRelation relation in relations)
            GraphNodes.RequireEdges(
                relation, $"{row} rows were read, {unknown} of them with an item that key column '{options.ItemColumnName}' does not know");
        return relations;
    }
}
