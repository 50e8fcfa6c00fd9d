using System.Runtime.InteropServices;
using HybridRec.MLNet.Files;

namespace HybridRec.MLNet.Text;

/// <summary>The weights of a static embedding model, as <c>model.safetensors</c> has them.</summary>
/// <param name="Embeddings">rows x <paramref name="Dimension"/>.</param>
/// <param name="Dimension">Length of a vector.</param>
/// <param name="Mapping">Row of each token; null where token and row are one.</param>
/// <param name="Weights">Weight of each token; null for 1.</param>
internal sealed record StaticTable(float[] Embeddings, int Dimension, int[]? Mapping = null, float[]? Weights = null)
{
    public int Rows => Embeddings.Length / Dimension;

    /// <summary>Tokens with a vector: 0 to this.</summary>
    public int Vocabulary => Mapping?.Length ?? Rows;

    /// <exception cref="InvalidDataException">The file is damaged or no static embedding model.</exception>
    public static StaticTable Read(byte[] weightsFile)
    {
        var file = SafeTensorsFile.Read(weightsFile, "model.safetensors");
        string table = file.Contains("embeddings") ? "embeddings" : file.Contains("embedding.weight") ? "embedding.weight" : "embeddings";
        long[] shape = file.Shape(table);
        if (shape.Length != 2 || shape[0] < 1 || shape[1] < 1)
            throw new InvalidDataException(
                $"'model.safetensors': the table '{table}' has the shape [{string.Join(", ", shape)}]; expected [rows, dimension].");
        return new StaticTable(file.Floats(table), (int)shape[1], file.Contains("mapping") ? file.Integers("mapping") : null,
            file.Contains("weights") ? file.Floats("weights") : null).Checked();
    }

    /// <summary>A safetensors file that <see cref="Read"/> reads back; the same bytes for the same table.</summary>
    public byte[] ToFile()
    {
        var tensors = new List<TensorData> { TensorData.Of("embeddings", [Rows, Dimension], Embeddings) };
        if (Mapping is { } mapping)
            tensors.Add(new TensorData(
                "mapping", TensorType.I32, [mapping.Length], stream => stream.Write(MemoryMarshal.AsBytes(mapping.AsSpan()))));
        if (Weights is { } weights)
            tensors.Add(TensorData.Of("weights", [weights.Length], weights));
        using var stream = new MemoryStream();
        SafeTensorsWriter.Write(stream, tensors);
        return stream.ToArray();
    }

    private StaticTable Checked()
    {
        if (Weights is not null && Weights.Length != Vocabulary)
            throw new InvalidDataException($"'model.safetensors': {Weights.Length} weights for {Vocabulary} tokens.");
        int rows = Rows;
        return Mapping is null || Array.TrueForAll(Mapping, m => m >= 0 && m < rows) ? this
            : throw new InvalidDataException($"'model.safetensors': the mapping points outside of the table's {rows} rows.");
    }
}
