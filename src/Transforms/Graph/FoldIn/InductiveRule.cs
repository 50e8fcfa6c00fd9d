using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// What GraphSAGE and PinSage do to layer 0 of a graph that has grown: their own layers, over all neighbors or over
/// those that the backend samples.
/// </summary>
/// <param name="Model">What the layers depend on.</param>
/// <param name="Seed">The seed of walks and samples.</param>
/// <param name="Weights">The trained weights, in the order of <see cref="BlockNetwork.Parameters"/>.</param>
internal sealed record InductiveRule(ISampledModel Model, int Seed, IReadOnlyList<float[]> Weights)
{
    private const int MostParameters = 5;

    // What the two models have always been called in a saved model.
    private const int GraphSageCode = 5, PinSageCode = 6;

    /// <summary>Copies it from a finished training.</summary>
    public static InductiveRule Of(ISampledModel model, int seed, IReadOnlyList<GraphParameter> parameters) =>
        new(model, seed, [.. parameters.Select(parameter => (float[])parameter.Value.Clone())]);

    /// <summary>The final vectors of all nodes, users first.</summary>
    /// <param name="rule">Dimension, backend and precision.</param>
    /// <param name="graph">The graph as it is now.</param>
    /// <param name="layerZero">E of all nodes.</param>
    public float[] Propagate(PropagationRule rule, InteractionGraph graph, float[] layerZero)
    {
        CsrMatrix neighbors = BlockNetwork.Neighbors(graph, Model, Seed, threads: 0);
        var network = new BlockNetwork(
            new NetworkShape(neighbors, rule.Dimension, Seed, Threads: 0, new GraphBatch(graph.NodeCount, 0, 0)), Model);
        foreach ((GraphParameter parameter, float[] value) in network.Parameters.Zip(Weights))
            value.CopyTo(parameter.Value, 0);
        float[] final = new float[layerZero.Length];
        network.ForwardAll(ServedLayers.Of(neighbors, Model, Seed, rule.Aggregation, rule.Precision, threads: 0), layerZero, final);
        return final;
    }

    public static InductiveRule Read(BinaryReader reader, PropagationRule rule)
    {
        int code = reader.ReadInt32();
        var activation = (GraphActivation)reader.ReadInt32();
        var walks = new NeighborWalks(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        int seed = reader.ReadInt32();
        int[]? fanouts = reader.ReadBoolean() ? [.. Enumerable.Range(0, rule.Layers).Select(_ => reader.ReadInt32())] : null;
        int count = reader.ReadInt32();
        if (code is not (GraphSageCode or PinSageCode) || count < 1 || count > MostParameters * rule.Layers)
            throw new InvalidDataException(
                $"Layers of the model {code} with {count} weights are impossible: the state of GnnEmbedding is damaged.");
        GraphModelSettings model = code == GraphSageCode
            ? GraphModel.GraphSage(rule.Layers, activation, servedFanouts: fanouts)
            : GraphModel.PinSage(rule.Layers, walks.Length, walks.Count, walks.Top, activation, servedFanouts: fanouts);
        try
        {
            model.Validate(new OptionCheck(StageNames.GnnEmbedding));
        }
        catch (ArgumentException illegal)
        {
            throw new InvalidDataException($"The state of GnnEmbedding is damaged: {illegal.Message}", illegal);
        }

        return new InductiveRule(
            model.Sampled!, seed, [.. Enumerable.Range(0, count).Select(_ => TableIo.Read(reader, Length(reader.ReadInt32())))]);

        int Length(int length) => length == rule.Dimension || length == rule.Dimension * rule.Dimension
            ? length
            : throw new InvalidDataException(
                $"A weight of {length} numbers is impossible with a dimension of {rule.Dimension}: the state of GnnEmbedding is damaged.");
    }

    public void Write(BinaryWriter writer)
    {
        NeighborWalks walks = Model.Walks ?? NeighborWalks.Usual;
        writer.Write(Model.Walks is null ? GraphSageCode : PinSageCode);
        writer.Write((int)Model.Activation);
        writer.Write(walks.Length);
        writer.Write(walks.Count);
        writer.Write(walks.Top);
        writer.Write(Seed);
        writer.Write(Model.ServedFanouts is not null);
        foreach (int fanout in Model.ServedFanouts ?? [])
            writer.Write(fanout);
        writer.Write(Weights.Count);
        foreach (float[] weight in Weights)
        {
            writer.Write(weight.Length);
            TableIo.Write(writer, weight);
        }
    }
}
