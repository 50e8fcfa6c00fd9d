using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// What an updatable model keeps besides the vectors it serves: the graph, the layer-0 vectors E, and how they were made. Everything else follows from these: the
/// vectors served are the propagation of E over the graph.
/// </summary>
/// <param name="Rule">The propagation.</param>
/// <param name="LabelColumn">Label column of the interactions.</param>
/// <param name="PositiveThreshold">The least label of an edge; null is above 0.</param>
/// <param name="Graph">All positive interactions.</param>
/// <param name="Users">E of users, row after row.</param>
/// <param name="Items">E of items, row after row.</param>
/// <param name="UserMap">How features of a user get into E; null without them.</param>
/// <param name="ItemMap">How features of an item get into E; null without them.</param>
/// <param name="Content">AlphaRec's features of items; null for other models.</param>
internal sealed record GraphUpdates(
    PropagationRule Rule,
    string LabelColumn,
    float? PositiveThreshold,
    InteractionGraph Graph,
    float[] Users,
    float[] Items,
    FeatureProjection? UserMap,
    FeatureProjection? ItemMap,
    ContentFeatures? Content)
{
    /// <summary>Copies it from a finished training.</summary>
    public static GraphUpdates Build(GnnEmbeddingOptions options, InteractionGraph graph, LayerZero layerZero, NodeFeatureTable? userFeatures, NodeFeatureTable? itemFeatures)
    {
        int boundary = graph.UserCount * options.Dimension;
        return new GraphUpdates(
            PropagationRule.Of(options),
            options.LabelColumnName,
            options.PositiveThreshold,
            graph,
            layerZero.Table[..boundary],
            layerZero.Table[boundary..],
            userFeatures is null ? null : layerZero.UserMap?.Frozen(userFeatures),
            itemFeatures is null ? null : layerZero.ItemMap?.Frozen(itemFeatures),
            options.Model == GraphModel.AlphaRec ? new ContentFeatures(itemFeatures!.Width, itemFeatures.Rows, itemFeatures.Present) : null);
    }

    /// <summary>The vectors of this graph, exact for every node; cold nodes are served by the rule of an earlier mapping.</summary>
    public GnnMapping Serve(GnnMapping earlier)
    {
        float[] final = Rule.Propagate(Graph, [.. Users, .. Items]);
        bool[] users = [.. Enumerable.Range(0, Graph.UserCount).Select(user => !Graph.ItemsOf(user).IsEmpty)];
        bool[] items = [.. Enumerable.Range(0, Graph.ItemCount).Select(item => !Graph.UsersOf(item).IsEmpty)];
        return new GnnMapping(Table(earlier.Users, final[..Users.Length], users), Table(earlier.Items, final[Users.Length..], items), null);

        static NodeTable Table(NodeTable earlier, float[] rows, bool[] trained)
        {
            if (earlier.UnitLength)
                new CosineRows(trained.Length, earlier.Dimension).Forward(rows);
            return earlier.With(rows, trained);
        }
    }

    public static GraphUpdates Read(BinaryReader reader, int version)
    {
        PropagationRule rule = PropagationRule.Read(reader);
        string label = reader.ReadString();
        float? threshold = reader.ReadBoolean() ? reader.ReadSingle() : null;
        InteractionGraph graph = Hosting.GraphIo.Read(reader);
        float[] users = NodeTable.ReadArray(reader, checked(graph.UserCount * rule.Dimension));
        float[] items = NodeTable.ReadArray(reader, checked(graph.ItemCount * rule.Dimension));
        FeatureProjection? userMap = reader.ReadBoolean() ? FeatureProjection.Read(reader, rule.Dimension, version) : null;
        FeatureProjection? itemMap = reader.ReadBoolean() ? FeatureProjection.Read(reader, rule.Dimension, version) : null;
        return new GraphUpdates(rule, label, threshold, graph, users, items, userMap, itemMap, reader.ReadBoolean() ? ContentFeatures.Read(reader, graph.ItemCount) : null);
    }

    public void Write(BinaryWriter writer)
    {
        Rule.Write(writer);
        writer.Write(LabelColumn);
        writer.Write(PositiveThreshold is not null);
        if (PositiveThreshold is float threshold)
            writer.Write(threshold);
        Hosting.GraphIo.Write(writer, Graph);
        NodeTable.WriteArray(writer, Users);
        NodeTable.WriteArray(writer, Items);
        writer.Write(UserMap is not null);
        UserMap?.Write(writer);
        writer.Write(ItemMap is not null);
        ItemMap?.Write(writer);
        writer.Write(Content is not null);
        Content?.Write(writer);
    }
}
