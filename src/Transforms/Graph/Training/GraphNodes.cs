using System.Globalization;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Data;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet.Graph;

/// <summary>Which users and items take part in a graph, and which node an id is.</summary>
internal static class GraphNodes
{
    public static int[] UsersWithEdges(InteractionGraph graph)
    {
        var users = new List<int>(graph.UserCount);
        for (int user = 0; user < graph.UserCount; user++)
        {
            if (!graph.ItemsOf(user).IsEmpty)
                users.Add(user);
        }

        return [.. users];
    }

    public static int[] ItemsWithEdges(InteractionGraph graph)
    {
        var items = new List<int>(graph.ItemCount);
        for (int item = 0; item < graph.ItemCount; item++)
        {
            if (!graph.UsersOf(item).IsEmpty)
                items.Add(item);
        }

        return [.. items];
    }

    /// <summary>The ids behind a key column by their 0-based numbers; of a key without values the 1-based numbers are the ids.</summary>
    public static EntityIndex Ids(DataViewSchema.Column key) => EntityIndex.FromIds(
        IdColumn.KeyValues(key)
        ?? Enumerable.Range(1, SchemaColumns.KeyCount(key)).Select(number => number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Reads a column of ids as numbers; -1 for a missing or unknown id.</summary>
    public static Func<int> Reader(DataViewRow row, DataViewSchema.Column column, EntityIndex ids)
    {
        IdGetter getter = IdColumn.MakeGetter(row, column);
        return () => ids.TryGetCode(getter(), out int code) ? code : -1;
    }

    /// <summary>Refuses a relation without an edge: a type that the data lack.</summary>
    public static void RequireEdges(NodeRelation relation, string why)
    {
        if (relation.EdgeCount == 0)
            throw new ArgumentException(
                $"{StageNames.GnnEmbedding}: {relation.Name} has no edge: {why}. Check the column, or leave it out of the options.");
    }
}
