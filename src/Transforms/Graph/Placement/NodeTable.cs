using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The vectors that are served for users, or for items: of trained nodes their own, of others what their features predict, else the trained
/// nodes' mean. A node is trained that has an interaction, or is joined to one by at most as many edges of other types as there are layers
/// (<see cref="GraphReach"/>), unless the options want interactions only. The prediction of GraphSAGE and PinSage is their own: projection
/// and layers are those that were trained.
/// </summary>
internal sealed class NodeTable
{
    private readonly float _strangerLength;

    public NodeTable(
        int dimension, float[] vectors, bool[] trained, float[] mean, FeatureProjection? projection, float? normExponent,
        InductiveLayers? layers = null)
    {
        Dimension = dimension;
        Vectors = vectors;
        Trained = trained;
        Mean = mean;
        Projection = projection;
        Layers = layers;
        NormExponent = normExponent;
        _strangerLength = normExponent > 0 ? MeanLength() : 1;
    }

    public int Dimension { get; }

    public float[] Vectors { get; }

    public bool[] Trained { get; }

    public float[] Mean { get; }

    public FeatureProjection? Projection { get; }

    /// <summary>p where vectors are brought to the power p of their length: 0 is length 1. Null where they are left as they are.</summary>
    public float? NormExponent { get; }

    /// <summary>What follows the projection; null where that alone predicts the difference from the mean.</summary>
    public InductiveLayers? Layers { get; }

    /// <summary>Builds the table from final vectors, which it takes over.</summary>
    public static NodeTable Build(
        float[] vectors, bool[] trained, NodeFeatureTable? features, FeatureNetwork? map, InductiveLayers? layers, int dimension,
        float? normExponent)
    {
        if (normExponent is float exponent)
            new CosineRows(trained.Length, dimension, exponent).Forward(vectors);
        var sum = new double[dimension];
        int count = 0;
        for (int node = 0; node < trained.Length; node++)
        {
            if (!trained[node])
                continue;
            count++;
            for (int d = 0; d < dimension; d++)
                sum[d] += vectors[(node * dimension) + d];
        }

        float[] mean = [.. sum.Select(s => (float)(s / Math.Max(count, 1)))];
        FeatureProjection? projection = (features, map, layers) switch
        {
            (null, _, _) => null,
            (_, not null, not null) =>
                new FeatureProjection(features.Width, map.Hidden, map.Output, dimension, features.Mean, features.Scale),
            _ => FeatureProjection.Fit(features, map?.Hidden, vectors, trained, mean, dimension),
        };
        return new NodeTable(dimension, vectors, trained, mean, projection, normExponent, projection is null ? null : layers);
    }

    /// <summary>
    /// The same rule over other vectors, as they are served, which it takes over: the mean of the trained nodes and the projection of
    /// features stay those of the fit. A node whose vector is zero, since nothing trained is near it, counts as not trained.
    /// </summary>
    public NodeTable With(float[] vectors, bool[] trained)
    {
        for (int node = 0; node < trained.Length; node++)
            trained[node] &= vectors.AsSpan(node * Dimension, Dimension).ContainsAnyExcept(0f);
        return new NodeTable(Dimension, vectors, trained, Mean, Projection, NormExponent, Layers);
    }

    /// <summary>The vector of a node.</summary>
    /// <param name="node">The node; -1 for none.</param>
    /// <param name="features">Scratch of the projection's width; read only if the node is not trained.</param>
    /// <param name="readFeatures">Fills <paramref name="features"/> with the raw features of the row.</param>
    /// <param name="destination">Receives the vector.</param>
    public void Get(int node, Span<float> features, Action? readFeatures, Span<float> destination)
    {
        if (node >= 0 && node < Trained.Length && Trained[node])
        {
            Vectors.AsSpan(node * Dimension, Dimension).CopyTo(destination);
            return;
        }

        Mean.CopyTo(destination);
        if (Projection is not null && readFeatures is not null)
        {
            readFeatures();
            if (Layers is not null)
                destination.Clear();
            if (!Projection.AddTo(features, destination))
                Mean.CopyTo(destination);
            else
                Layers?.Apply(destination);
        }

        if (NormExponent is not null)
        {
            float norm = TensorPrimitives.Norm((ReadOnlySpan<float>)destination);
            if (norm > 1e-12f)
                TensorPrimitives.Divide(destination, norm / _strangerLength, destination);
        }
    }

    // What no one has taken has no length of its own: it is served as long as the others are on average.
    private float MeanLength()
    {
        double sum = 0;
        int count = 0;
        for (int node = 0; node < Trained.Length; node++)
        {
            if (!Trained[node])
                continue;
            count++;
            sum += TensorPrimitives.Norm(Vectors.AsSpan(node * Dimension, Dimension));
        }

        return sum > 0 ? (float)(sum / count) : 1;
    }

    public static NodeTable Read(BinaryReader reader, int version)
    {
        int dimension = reader.ReadInt32();
        int count = reader.ReadInt32();
        bool scaled = reader.ReadBoolean();
        float? normExponent = scaled ? (version >= 4 ? reader.ReadSingle() : 0) : null;
        if (dimension < 1 || count < 0)
            throw new InvalidDataException(
                $"A table of {count} vectors of {dimension} numbers is impossible: the state of GnnEmbedding is damaged.");
        var trained = new bool[StateCount.Checked(reader, count, sizeof(bool))];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(trained.AsSpan()));
        float[] vectors = TableIo.Read(reader, checked(count * dimension));
        float[] mean = TableIo.Read(reader, dimension);
        FeatureProjection? projection = reader.ReadBoolean() ? FeatureProjection.Read(reader, dimension, version) : null;
        InductiveLayers? layers = version >= 3 && reader.ReadBoolean() ? InductiveLayers.Read(reader, dimension) : null;
        return new NodeTable(dimension, vectors, trained, mean, projection, normExponent, layers);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Dimension);
        writer.Write(Trained.Length);
        writer.Write(NormExponent is not null);
        if (NormExponent is float exponent)
            writer.Write(exponent);
        writer.Write(MemoryMarshal.AsBytes(Trained.AsSpan()));
        TableIo.Write(writer, Vectors);
        TableIo.Write(writer, Mean);
        writer.Write(Projection is not null);
        Projection?.Write(writer);
        writer.Write(Layers is not null);
        Layers?.Write(writer);
    }
}
