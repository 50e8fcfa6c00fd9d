using System.Numerics.Tensors;
using HybridRec.MLNet.Text.Onnx;

namespace HybridRec.MLNet.Text;

/// <summary>
/// The weights of a BERT-family encoder by their Hugging Face names, brought into the form the graph wants: [in, out] matrices.
/// </summary>
internal sealed class BertWeights(BertShape shape, IReadOnlyDictionary<string, FloatTensor> weights)
{
    private readonly string _prefix = weights.ContainsKey("bert.embeddings.word_embeddings.weight") ? "bert." : "";

    public TensorProto Words() => TensorProto.Of(
        "words", Get("embeddings.word_embeddings.weight", shape.Vocabulary, shape.Dimension), shape.Vocabulary, shape.Dimension);

    /// <summary>Positions with the vector of token type 0 added: the texts of this library are single, so every token has it.</summary>
    public TensorProto Positions()
    {
        int d = shape.Dimension;
        float[] table = Get("embeddings.position_embeddings.weight", shape.MaxTokens, d).ToArray();
        const string Types = "embeddings.token_type_embeddings.weight";
        if (weights.TryGetValue(_prefix + Types, out var types))
        {
            var first = Get(Types, types.Shape.Count > 0 ? types.Shape[0] : 0, d)[..d];
            for (int p = 0; p < shape.MaxTokens; p++)
                TensorPrimitives.Add(table.AsSpan(p * d, d), first, table.AsSpan(p * d, d));
        }
        return TensorProto.Of("positions", table, shape.MaxTokens, d);
    }

    public TensorProto Vector(string output, string name, int length) => TensorProto.Of(output, Get(name, length), length);

    /// <summary>The matrix of a linear layer, transposed from [out, in].</summary>
    public TensorProto Matrix(string output, string name, int outputs, int inputs)
    {
        float[] result = new float[inputs * outputs];
        Transpose(Get(name, outputs, inputs), outputs, inputs, result, outputs, at: 0, scale: 1);
        return TensorProto.Of(output, result, inputs, outputs);
    }

    /// <summary>A matrix [outputs, d] that is no weight of the transformer, transposed.</summary>
    public TensorProto Projection(string output, FloatTensor given)
    {
        if (given.Shape.Count != 2 || given.Shape[1] != shape.Dimension || given.Values.Length != given.Shape[0] * given.Shape[1])
            throw new ArgumentException(
                $"The projection has the shape [{string.Join(", ", given.Shape)}] and {given.Values.Length} values; expected [outputs, " +
                $"{shape.Dimension}].",
                nameof(given));
        int outputs = checked((int)given.Shape[0]);
        float[] result = new float[outputs * shape.Dimension];
        Transpose(given.Values.Span, outputs, shape.Dimension, result, outputs, at: 0, scale: 1);
        return TensorProto.Of(output, result, shape.Dimension, outputs);
    }

    /// <summary>Query, key and value side by side, [d, 3 d]; the query carries the attention's 1 / sqrt(d / heads).</summary>
    public TensorProto Attention(string output, string layer)
    {
        int d = shape.Dimension;
        float[] result = new float[3 * d * d];
        for (int part = 0; part < 3; part++)
            Transpose(
                Get($"{layer}.attention.self.{s_parts[part]}.weight", d, d), d, d, result, 3 * d, part * d, part == 0 ? QueryScale : 1);
        return TensorProto.Of(output, result, d, 3 * d);
    }

    public TensorProto AttentionBias(string output, string layer)
    {
        int d = shape.Dimension;
        float[] result = new float[3 * d];
        for (int part = 0; part < 3; part++)
            TensorPrimitives.Multiply(
                Get($"{layer}.attention.self.{s_parts[part]}.bias", d), part == 0 ? QueryScale : 1, result.AsSpan(part * d, d));
        return TensorProto.Of(output, result, 3 * d);
    }

    private static readonly string[] s_parts = ["query", "key", "value"];

    private float QueryScale => 1 / MathF.Sqrt(shape.Dimension / shape.Heads);

    private static void Transpose(ReadOnlySpan<float> source, int rows, int columns, float[] target, int stride, int at, float scale)
    {
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++)
                target[(c * stride) + at + r] = scale * source[(r * columns) + c];
    }

    private ReadOnlySpan<float> Get(string name, params ReadOnlySpan<long> expected)
    {
        if (!weights.TryGetValue(_prefix + name, out var tensor))
            throw new ArgumentException(
                $"The weights lack '{_prefix + name}' [{string.Join(", ", expected.ToArray())}]; {weights.Count} tensors are given.",
                nameof(name));
        if (!expected.SequenceEqual([.. tensor.Shape]) || tensor.Values.Length != TensorPrimitives.Product(expected))
            throw new ArgumentException(
                $"The weight '{_prefix + name}' has the shape [{string.Join(", ", tensor.Shape)}] and {tensor.Values.Length} values; " +
                $"expected [{string.Join(", ", expected.ToArray())}].", nameof(name));
        return tensor.Values.Span;
    }
}
