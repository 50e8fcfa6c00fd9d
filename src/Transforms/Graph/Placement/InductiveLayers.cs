using System.Numerics.Tensors;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// What GraphSAGE and PinSage do with a node that has features and no neighbor: their own layers over an empty neighborhood,
/// <c>h(l) = norm(sigma(h(l-1) W_self(l) + b(l)))</c>, the last one without sigma and norm.
/// </summary>
internal sealed class InductiveLayers(int dimension, GraphActivation activation, IReadOnlyList<(float[] Self, float[] Bias)> layers)
{
    private const int MostLayers = 16;

    /// <summary>Turns the layer-0 vector of a node into its last one.</summary>
    public void Apply(Span<float> row)
    {
        Span<float> next = stackalloc float[dimension];
        for (int l = 0; l < layers.Count; l++)
        {
            (float[] self, float[] bias) = layers[l];
            bias.CopyTo(next);
            for (int i = 0; i < dimension; i++)
                TensorPrimitives.MultiplyAdd(self.AsSpan(i * dimension, dimension), row[i], next, next);
            if (l < layers.Count - 1)
            {
                ActivationMath.Apply(activation, next);
                CosineRows.Normalize(next);
            }

            next.CopyTo(row);
        }
    }

    public static InductiveLayers Read(BinaryReader reader, int dimension)
    {
        var activation = (GraphActivation)reader.ReadInt32();
        int count = reader.ReadInt32();
        if (!Enum.IsDefined(activation) || count is < 1 or > MostLayers)
            throw new InvalidDataException(
                $"{count} layers with the activation {activation} are impossible: the state of GnnEmbedding is damaged.");
        var layers = new (float[], float[])[count];
        for (int l = 0; l < count; l++)
            layers[l] = (TableIo.Read(reader, checked(dimension * dimension)), TableIo.Read(reader, dimension));
        return new InductiveLayers(dimension, activation, layers);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write((int)activation);
        writer.Write(layers.Count);
        foreach ((float[] self, float[] bias) in layers)
        {
            TableIo.Write(writer, self);
            TableIo.Write(writer, bias);
        }
    }
}
