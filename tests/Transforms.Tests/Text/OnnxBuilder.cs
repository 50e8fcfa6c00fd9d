using HybridRec.MLNet.Text.Onnx;
using OnnxElement = HybridRec.MLNet.Text.Onnx.TensorProto.Types.DataType;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>Writes tiny ONNX models with known weights with the writer of the library.</summary>
internal sealed class OnnxBuilder
{
    public const OnnxElement Float = OnnxElement.Float, Int32 = OnnxElement.Int32, Int64 = OnnxElement.Int64;

    private readonly OnnxGraphBuilder _graph = new("tiny");

    public OnnxBuilder Input(string name, OnnxElement type, params object[] shape)
    {
        _graph.Input(name, type, shape);
        return this;
    }

    public OnnxBuilder Output(string name, OnnxElement type, params object[] shape)
    {
        _graph.Output(name, type, shape);
        return this;
    }

    public OnnxBuilder Node(string op, string[] inputs, string output, params (string Name, long Value)[] attributes)
    {
        _graph.Node(op, inputs, output, [.. attributes.Select(a => AttributeProto.Of(a.Name, a.Value))]);
        return this;
    }

    public OnnxBuilder Constant(string name, float[] values, params long[] shape) => Constant(TensorProto.Of(name, values, shape));

    public OnnxBuilder Constant(string name, long[] values, params long[] shape) => Constant(TensorProto.Of(name, values, shape));

    public OnnxBuilder Constant(TensorProto tensor)
    {
        _graph.Constant(tensor);
        return this;
    }

    public byte[] Build() => _graph.Build();

    /// <summary>
    /// Token vectors that depend on the whole text, as a transformer's do: h_t = E[id_t] + mean over the unmasked tokens of E[id].
    /// </summary>
    public static byte[] Encoder(float[] table, int dimension, string output = "last_hidden_state", bool withTypes = false)
    {
        var builder = new OnnxBuilder().Input("input_ids", Int64, "batch", "tokens").Input("attention_mask", Int64, "batch", "tokens");
        if (withTypes)
            builder.Input("token_type_ids", Int64, "batch", "tokens");
        return builder.Constant("table", table, table.Length / dimension, dimension).Constant("last", [2L], 1).Constant("middle", [1L], 1)
            .Node("Gather", ["table", "input_ids"], "words", ("axis", 0))
            .Node("Cast", ["attention_mask"], "mask2", ("to", (long)Float))
            .Node("Unsqueeze", ["mask2", "last"], "mask")
            .Node("Mul", ["words", "mask"], "masked")
            .Node("ReduceSum", ["masked", "middle"], "sum", ("keepdims", 1))
            .Node("ReduceSum", ["mask", "middle"], "count", ("keepdims", 1))
            .Node("Div", ["sum", "count"], "mean")
            .Node("Add", ["words", "mean"], output)
            .Output(output, Float, "batch", "tokens", (long)dimension).Build();
    }

    /// <summary>Plain lookup, h_t = E[id_t], without a mask.</summary>
    public static byte[] Lookup(
        float[] table, int dimension, OnnxElement idType = Int64, string input = "input_ids", params string[] outputs)
    {
        var builder = new OnnxBuilder().Input(input, idType, "batch", "tokens")
            .Constant("table", table, table.Length / dimension, dimension);
        foreach (string output in outputs.Length == 0 ? ["last_hidden_state"] : outputs)
            builder.Node("Gather", ["table", input], output, ("axis", 0)).Output(output, Float, "batch", "tokens", (long)dimension);
        return builder.Build();
    }
}
