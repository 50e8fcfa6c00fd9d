using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// What an updatable model keeps besides the vectors it serves: the graph, the layer-0 vectors E, and how they were made. Everything else
/// follows from these: the vectors served are the propagation of E over the graph.
/// </summary>
/// <param name="Rule">The propagation.</param>
/// <param name="LabelColumnName">Label column of the interactions.</param>
/// <param name="PositiveThreshold">The least label of an edge; null is above 0.</param>
/// <param name="Graph">All positive interactions.</param>
/// <param name="Users">Layer 0 of users.</param>
/// <param name="Items">Layer 0 of items.</param>
/// <param name="Content">AlphaRec's features of items; null for other models.</param>
/// <param name="Inductive">The layers of GraphSAGE or PinSage; null for the linear models.</param>
internal sealed record GraphUpdates(
    PropagationRule Rule, string LabelColumnName, float? PositiveThreshold, InteractionGraph Graph, SideStart Users, SideStart Items,
    ContentFeatures? Content, InductiveRule? Inductive)
{
    /// <summary>Copies it from a finished training.</summary>
    public static GraphUpdates Build(
        GnnEmbeddingOptions options, InteractionGraph graph, GraphNetwork network, NodeFeatureTable? userFeatures,
        NodeFeatureTable? itemFeatures)
    {
        int dimension = options.Dimension, boundary = graph.UserCount * dimension;
        LayerZero layerZero = network.LayerZero;
        float[] start = network.Start(), users = start[..boundary], items = start[boundary..];
        bool[] trainedUsers = UsersWithEdges(graph), trainedItems = ItemsWithEdges(graph);
        bool content = options.Model.StartsFromContent;
        return new GraphUpdates(
            PropagationRule.Of(options),
            options.LabelColumnName,
            options.PositiveThreshold,
            graph,
            new SideStart(
                users,
                trainedUsers,
                userFeatures is null ? null : layerZero.UserMap!.Frozen(userFeatures),
                userFeatures is null && !content
                    ? NewcomerRule.Fit(users, items, trainedUsers, user => graph.ItemsOf(user), dimension)
                    : null),
            new SideStart(
                items,
                trainedItems,
                itemFeatures is null ? null : layerZero.ItemMap!.Frozen(itemFeatures),
                itemFeatures is null ? NewcomerRule.Fit(items, users, trainedItems, item => graph.UsersOf(item), dimension) : null),
            content ? new ContentFeatures(itemFeatures!.Width, itemFeatures.Rows, itemFeatures.Present) : null,
            options.Model.Sampled is { } sampled ? InductiveRule.Of(sampled, options.Seed, network.RuleParameters) : null);
    }

    /// <summary>The vectors of this graph, exact for every node; cold nodes are served by the rule of an earlier mapping.</summary>
    public GnnMapping Serve(GnnMapping earlier)
    {
        float[] layerZero = [.. Users.Rows, .. Items.Rows];
        float[] final = Inductive?.Propagate(Rule, Graph, layerZero) ?? Rule.Propagate(Graph, layerZero);
        return new GnnMapping(
            Table(earlier.Users, final[..Users.Rows.Length], UsersWithEdges(Graph)),
            Table(earlier.Items, final[Users.Rows.Length..], ItemsWithEdges(Graph)), null);

        static NodeTable Table(NodeTable earlier, float[] rows, bool[] known)
        {
            if (earlier.NormExponent is float exponent)
                new CosineRows(known.Length, earlier.Dimension, exponent).Forward(rows);
            return earlier.With(rows, known);
        }
    }

    public static GraphUpdates Read(BinaryReader reader, int version)
    {
        PropagationRule rule = PropagationRule.Read(reader, version);
        string label = reader.ReadString();
        float? threshold = reader.ReadBoolean() ? reader.ReadSingle() : null;
        InteractionGraph graph = Hosting.GraphIo.Read(reader);
        SideStart users = SideStart.Read(reader, graph.UserCount, rule.Dimension, version),
            items = SideStart.Read(reader, graph.ItemCount, rule.Dimension, version);
        ContentFeatures? content = reader.ReadBoolean() ? ContentFeatures.Read(reader, graph.ItemCount) : null;
        return new GraphUpdates(
            rule, label, threshold, graph, users, items, content,
            version >= 5 && reader.ReadBoolean() ? InductiveRule.Read(reader, rule) : null);
    }

    public void Write(BinaryWriter writer)
    {
        Rule.Write(writer);
        writer.Write(LabelColumnName);
        writer.Write(PositiveThreshold is not null);
        if (PositiveThreshold is float threshold)
            writer.Write(threshold);
        Hosting.GraphIo.Write(writer, Graph);
        Users.Write(writer);
        Items.Write(writer);
        writer.Write(Content is not null);
        Content?.Write(writer);
        writer.Write(Inductive is not null);
        Inductive?.Write(writer);
    }

    private static bool[] UsersWithEdges(InteractionGraph graph) =>
        [.. Enumerable.Range(0, graph.UserCount).Select(user => !graph.ItemsOf(user).IsEmpty)];

    private static bool[] ItemsWithEdges(InteractionGraph graph) =>
        [.. Enumerable.Range(0, graph.ItemCount).Select(item => !graph.UsersOf(item).IsEmpty)];
}
