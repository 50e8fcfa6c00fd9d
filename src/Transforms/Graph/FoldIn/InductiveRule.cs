using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>What GraphSAGE and PinSage do to layer 0 of a graph that has grown: their own layers, over all neighbors or over those that the backend samples.</summary>
/// <param name="Options">What the layers depend on, and the seed of walks and samples.</param>
/// <param name="Weights">The trained weights, in the order of <see cref="BlockModel.Parameters"/>.</param>
internal sealed record InductiveRule(GnnEmbeddingOptions Options, IReadOnlyList<float[]> Weights)
{
    private const int MostParameters = 5;

    /// <summary>Copies it from a finished training.</summary>
    public static InductiveRule Of(GnnEmbeddingOptions options, BlockModel model) => new(
        new GnnEmbeddingOptions
        {
            Model = options.Model,
            Dimension = options.Dimension,
            Layers = options.Layers,
            Activation = options.Activation,
            ServedFanouts = options.ServedFanouts,
            WalkLength = options.WalkLength,
            WalkCount = options.WalkCount,
            TopNeighbors = options.TopNeighbors,
            Seed = options.Seed,
        },
        [.. model.Parameters.Select(parameter => (float[])parameter.Value.Clone())]);

    /// <summary>The final vectors of all nodes, users first.</summary>
    /// <param name="rule">Backend and precision.</param>
    /// <param name="graph">The graph as it is now.</param>
    /// <param name="layerZero">E of all nodes.</param>
    public float[] Propagate(PropagationRule rule, InteractionGraph graph, float[] layerZero)
    {
        GnnEmbeddingOptions options = Options with { Precision = rule.Precision, Aggregation = rule.Aggregation };
        CsrMatrix neighbors = BlockModel.Neighbors(graph, options);
        var model = new BlockModel(neighbors, options, batchNodes: 0);
        foreach ((GraphParameter parameter, float[] value) in model.Parameters.Zip(Weights))
            value.CopyTo(parameter.Value, 0);
        float[] final = new float[layerZero.Length];
        model.ForwardAll(ServedLayers.Of(neighbors, options), layerZero, final);
        return final;
    }

    public static InductiveRule Read(BinaryReader reader, PropagationRule rule)
    {
        var options = new GnnEmbeddingOptions
        {
            Dimension = rule.Dimension,
            Layers = rule.Layers,
            Model = (GraphModel)reader.ReadInt32(),
            Activation = (GraphActivation)reader.ReadInt32(),
            WalkLength = reader.ReadInt32(),
            WalkCount = reader.ReadInt32(),
            TopNeighbors = reader.ReadInt32(),
            Seed = reader.ReadInt32(),
            ServedFanouts = reader.ReadBoolean() ? [.. Enumerable.Range(0, rule.Layers).Select(_ => reader.ReadInt32())] : null,
        };
        int count = reader.ReadInt32();
        if (!options.SamplesBlocks || count < 1 || count > MostParameters * rule.Layers)
            throw new InvalidDataException($"Layers of {options.Model} with {count} weights are impossible: the state of GnnEmbedding is damaged.");
        try
        {
            options.Validated();
        }
        catch (ArgumentException illegal)
        {
            throw new InvalidDataException($"The state of GnnEmbedding is damaged: {illegal.Message}", illegal);
        }

        return new InductiveRule(options, [.. Enumerable.Range(0, count).Select(_ => NodeTable.ReadArray(reader, Length(reader.ReadInt32())))]);

        int Length(int length) => length == rule.Dimension || length == rule.Dimension * rule.Dimension
            ? length
            : throw new InvalidDataException($"A weight of {length} numbers is impossible with a dimension of {rule.Dimension}: the state of GnnEmbedding is damaged.");
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write((int)Options.Model);
        writer.Write((int)Options.Activation);
        writer.Write(Options.WalkLength);
        writer.Write(Options.WalkCount);
        writer.Write(Options.TopNeighbors);
        writer.Write(Options.Seed);
        writer.Write(Options.ServedFanouts is not null);
        foreach (int fanout in Options.ServedFanouts ?? [])
            writer.Write(fanout);
        writer.Write(Weights.Count);
        foreach (float[] weight in Weights)
        {
            writer.Write(weight.Length);
            NodeTable.WriteArray(writer, weight);
        }
    }
}
