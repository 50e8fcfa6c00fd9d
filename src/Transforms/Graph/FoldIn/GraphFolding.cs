using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet.Graph;

/// <summary>Takes new rows into the state of an updatable model.</summary>
internal static class GraphFolding
{
    private const int RowsBetweenChecks = 4096;

    /// <summary>The state with the users and items of a view's keys and with its positive rows as edges.</summary>
    /// <param name="kept">The state so far.</param>
    /// <param name="columns">Names of the columns.</param>
    /// <param name="rows">New rows, at least one.</param>
    /// <param name="cancellation">Checked every few thousand rows.</param>
    public static GraphUpdates Fold(GraphUpdates kept, GnnColumns columns, IDataView rows, CancellationToken cancellation)
    {
        InteractionRows read = InteractionRows.Read(
            rows, new InteractionColumns(columns.User, columns.Item, kept.LabelColumnName, Timestamp: null, Holdout: null),
            StageNames.GnnEmbedding, cancellation);
        var live = new LiveGraph(kept);
        AddNodes(read.UserCount - kept.Graph.UserCount, columns.User, users: true, live.AddUser);
        AddNodes(read.ItemCount - kept.Graph.ItemCount, columns.Item, users: false, live.AddItem);
        foreach (int row in read.PositiveRows(kept.PositiveThreshold))
            live.Connect(read.Users[row], read.Items[row]);
        return live.Freeze();

        void AddNodes(int count, string key, bool users, Action<Span<float>> add)
        {
            float[]?[] features = Features(rows, columns, key, users, count, cancellation);
            foreach (float[]? own in features)
                add(own);
        }
    }

    // The features of the new nodes, which have the last keys: those of the first row of each. No node has any where the model reads none.
    private static float[]?[] Features(
        IDataView rows, GnnColumns columns, string keyColumn, bool users, int count, CancellationToken cancellation)
    {
        var features = new float[]?[count];
        if (count == 0 || FeatureColumns.Bind(rows.Schema, columns.NodeFeatures, users) is not { } wanted)
            return features;
        DataViewSchema.Column key = rows.Schema[keyColumn];
        int first = SchemaColumns.KeyCount(key) - count;
        using DataViewRowCursor cursor = rows.GetRowCursor([key, .. wanted.Columns]);
        Func<int> node = CellReader.Key(cursor, key);
        float[] scratch = new float[wanted.Width];
        Action read = wanted.Reader(cursor, scratch);
        while (cursor.MoveNext())
        {
            if (cursor.Position % RowsBetweenChecks == 0)
                cancellation.ThrowIfCancellationRequested();
            int place = node() - first;
            if (place < 0 || features[place] is not null)
                continue;
            read();
            features[place] = (float[])scratch.Clone();
        }

        return features;
    }
}
