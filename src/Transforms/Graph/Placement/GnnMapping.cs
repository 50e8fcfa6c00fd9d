using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>The tables behind one mapping, with the pairs it marks as held out (the training mapping alone has any).</summary>
internal sealed record GnnMapping(NodeTable Users, NodeTable Items, InteractionGraph? Holdout)
{
    /// <summary>Splits the final table of all nodes; the values of attributes, which come last, are not served.</summary>
    public static GnnMapping Build(
        float[] final, InteractionGraph graph, InteractionGraph? holdout, GraphNetwork network, SideFeatures features, SideFeatures cold,
        GnnEmbeddingOptions options)
    {
        float? exponent = options.ServedExponent;
        int boundary = graph.UserCount * options.Dimension;
        bool[] users = network.Graph.Served[..graph.UserCount];
        bool[] items = network.Graph.Served[graph.UserCount..graph.NodeCount];
        return new GnnMapping(
            NodeTable.Build(
                final[..boundary], users, features.Users ?? cold.Users, network.LayerZero.UserMap, network.Inductive, options.Dimension,
                exponent is null ? null : 0),
            NodeTable.Build(
                final[boundary..(graph.NodeCount * options.Dimension)], items, features.Items ?? cold.Items, network.LayerZero.ItemMap,
                network.Inductive, options.Dimension, exponent),
            holdout);
    }
}
