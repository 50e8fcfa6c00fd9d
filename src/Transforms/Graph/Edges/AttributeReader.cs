using HybridRec.MLNet.Data;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// Reads attributes into one relation a column, between users or items and nodes for the values, in the order of their appearance.
/// </summary>
internal static class AttributeReader
{
    private const int RowsBetweenChecks = 4096;

    /// <param name="training">The training data.</param>
    /// <param name="userCount">Users of the graph, which the items follow.</param>
    /// <param name="nodeCount">Nodes so far; the values are added.</param>
    /// <param name="options">Options of the fit.</param>
    /// <exception cref="ArgumentException">No known node has a value of an attribute.</exception>
    public static List<NodeRelation> Read(IDataView training, int userCount, ref int nodeCount, GnnEmbeddingOptions options)
    {
        var relations = new List<NodeRelation>(options.FurtherEdges.AttributeEdges.Count);
        foreach (GraphAttributeEdges attribute in options.FurtherEdges.AttributeEdges)
        {
            DataViewSchema.Column trained = training.Schema[attribute.OfUsers ? options.UserColumnName : options.ItemColumnName];
            IDataView view = attribute.View ?? training;
            DataViewSchema.Column id = view.Schema[trained.Name], values = view.Schema[attribute.ColumnName];
            using DataViewRowCursor cursor = view.GetRowCursor([id, values]);
            Func<int> nodeOf = attribute.View is null ? CellReader.Key(cursor, id) : GraphNodes.Reader(cursor, id, GraphNodes.Ids(trained));
            Action<List<string>> read = Values(cursor, values);
            bool[] described = new bool[SchemaColumns.KeyCount(trained)];
            int firstNode = trained.Name == options.UserColumnName ? 0 : userCount;
            int firstValue = nodeCount;
            var nodes = new Dictionary<string, int>(StringComparer.Ordinal);
            var relation = new NodeRelation($"attribute '{attribute.ColumnName}'", attribute.Weight);
            var found = new List<string>();
            for (int row = 0; cursor.MoveNext(); row++)
            {
                if (row % RowsBetweenChecks == 0)
                    options.Training.CancellationToken.ThrowIfCancellationRequested();
                int node = nodeOf();
                if (node < 0 || described[node])
                    continue;
                found.Clear();
                read(found);
                foreach (string value in found)
                {
                    nodes.TryAdd(value, firstValue + nodes.Count);
                    relation.Add(firstNode + node, nodes[value]);
                }

                described[node] = found.Count > 0;
            }

            GraphNodes.RequireEdges(
                relation, $"no row of a known key in column '{trained.Name}' has a value in column '{attribute.ColumnName}'");
            nodeCount = checked(nodeCount + nodes.Count);
            relations.Add(relation);
        }

        return relations;
    }

    // The values of a row: those that are there. A key stands for itself, by its number.
    private static Action<List<string>> Values(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType { ItemType: var item })
        {
            Type raw = item.RawType;
            if (raw == typeof(ReadOnlyMemory<char>)) return Slots<ReadOnlyMemory<char>>(row, column, static text => text.ToString());
            if (raw == typeof(uint)) return Slots<uint>(row, column, static key => Key(key));
            if (raw == typeof(byte)) return Slots<byte>(row, column, static key => Key(key));
            if (raw == typeof(ushort)) return Slots<ushort>(row, column, static key => Key(key));
            return Slots<ulong>(row, column, Key);
        }

        IdGetter getter = IdColumn.MakeGetter(row, column);
        return values => Add(getter().ToString(), values);

        static string Key(ulong key) => key == 0 ? "" : key.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Action<List<string>> Slots<T>(DataViewRow row, DataViewSchema.Column column, Func<T, string> text)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> vector = default;
        return values =>
        {
            getter(ref vector);
            foreach (T slot in vector.DenseValues())
                Add(text(slot), values);
        };
    }

    private static void Add(string value, List<string> values)
    {
        if (!string.IsNullOrWhiteSpace(value))
            values.Add(value);
    }
}
