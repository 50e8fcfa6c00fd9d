using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>What a linear model does to layer 0: the mean of the layers first..L of <c>h(l) = A h(l-1)</c>.</summary>
/// <param name="Dimension">Length of the vectors.</param>
/// <param name="Layers">L, 1 or more.</param>
/// <param name="FirstLayer">First layer of the mean: 0, or 1 for SimGCL and XSimGCL.</param>
/// <param name="Normalization">The constants of A.</param>
internal sealed record PropagationRule(int Dimension, int Layers, int FirstLayer, GraphNormalization Normalization)
{
    /// <summary>Single, or Int8 where the model is served so.</summary>
    public EmbeddingPrecision Precision { get; private init; } = EmbeddingPrecision.Single;

    /// <summary>What propagates; not a part of the state, since all backends answer alike.</summary>
    public AggregationBackend Aggregation { get; private init; } = AggregationBackend.Cpu;

    public static PropagationRule Of(GnnEmbeddingOptions options) =>
        new(options.Dimension, options.Model.Layers, options.Model.FirstLayer, options.Model.EdgeConstants)
        {
            Precision = options.Precision == EmbeddingPrecision.Int8 ? EmbeddingPrecision.Int8 : EmbeddingPrecision.Single,
            Aggregation = options.Aggregation,
        };

    /// <summary>The same rule by another backend and in another precision.</summary>
    public PropagationRule By(AggregationBackend aggregation, EmbeddingPrecision precision) =>
        this with { Aggregation = aggregation, Precision = precision };

    /// <summary>1 over the number of layers in the mean.</summary>
    public float Mean => 1f / (Layers + 1 - FirstLayer);

    /// <summary>The final vectors of all nodes, users first.</summary>
    public float[] Propagate(InteractionGraph graph, float[] layerZero)
    {
        float[] final = new float[layerZero.Length];
        new LinearPropagation(graph.NodeCount, Dimension, Layers, FirstLayer).ForwardAll(Operator(graph), layerZero, final);
        return final;
    }

    /// <summary>A, on all cores.</summary>
    public GraphOperator Operator(InteractionGraph graph) =>
        new(graph.Adjacency(Normalization), Normalization, Aggregation.ForServing(0, Precision), 0, Precision);

    /// <summary>The entry of A for two neighbors, as <see cref="InteractionGraph.Adjacency"/> has it.</summary>
    public float Weight(int degree, int degreeOfNeighbor) => Normalization switch
    {
        GraphNormalization.Symmetric => (float)(1 / Math.Sqrt((double)degree * degreeOfNeighbor)),
        GraphNormalization.Row => 1f / degree,
        _ => 1f,
    };

    public static PropagationRule Read(BinaryReader reader, int version)
    {
        var rule = new PropagationRule(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), (GraphNormalization)reader.ReadInt32())
        {
            Precision = version >= 4 ? (EmbeddingPrecision)reader.ReadInt32() : EmbeddingPrecision.Single,
        };
        if (rule.Dimension < 1 || rule.Layers < 1 || rule.FirstLayer is not (0 or 1) || !Enum.IsDefined(rule.Normalization)
            || rule.Precision is not (EmbeddingPrecision.Single or EmbeddingPrecision.Int8))
            throw new InvalidDataException($"A propagation of {rule} is impossible: the state of GnnEmbedding is damaged.");
        return rule;
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Dimension);
        writer.Write(Layers);
        writer.Write(FirstLayer);
        writer.Write((int)Normalization);
        writer.Write((int)Precision);
    }
}
