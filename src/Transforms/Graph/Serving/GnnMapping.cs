using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>The tables behind one mapping, with the pairs it marks as held out (the training mapping alone has any).</summary>
internal sealed record GnnMapping(NodeTable Users, NodeTable Items, InteractionGraph? Holdout)
{
    /// <summary>Splits the final table of all nodes.</summary>
    public static GnnMapping Build(
        float[] final, InteractionGraph graph, InteractionGraph? holdout, GraphStep step, NodeFeatureTable? userFeatures, NodeFeatureTable? itemFeatures, GnnEmbeddingOptions options)
    {
        int boundary = graph.UserCount * options.Dimension;
        bool unit = options.Similarity == GraphSimilarity.Cosine;
        bool[] users = [.. Enumerable.Range(0, graph.UserCount).Select(u => !graph.ItemsOf(u).IsEmpty)];
        bool[] items = [.. Enumerable.Range(0, graph.ItemCount).Select(i => !graph.UsersOf(i).IsEmpty)];
        return new GnnMapping(
            NodeTable.Build(final[..boundary], users, userFeatures, step.LayerZero.UserMap, step.Inductive, options.Dimension, unit),
            NodeTable.Build(final[boundary..], items, itemFeatures, step.LayerZero.ItemMap, step.Inductive, options.Dimension, unit),
            holdout);
    }
}
