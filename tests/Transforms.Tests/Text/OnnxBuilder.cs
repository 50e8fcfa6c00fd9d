using System.Runtime.InteropServices;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>Writes tiny ONNX models with known weights (the fields of onnx.proto that they need).</summary>
internal sealed class OnnxBuilder
{
    public const int Float = 1, Int32 = 6, Int64 = 7;

    readonly ProtobufWriter _graph = new();

    public OnnxBuilder Input(string name, int type, params object[] shape) => Value(11, name, type, shape);

    public OnnxBuilder Output(string name, int type, params object[] shape) => Value(12, name, type, shape);

    public OnnxBuilder Node(string op, string[] inputs, string output, params (string Name, long Value)[] attributes)
    {
        var node = new ProtobufWriter();
        foreach (string input in inputs)
            node.Text(1, input);
        node.Text(2, output);
        node.Text(3, output + "_node");
        node.Text(4, op);
        foreach (var (name, value) in attributes)
        {
            var attribute = new ProtobufWriter();
            attribute.Text(1, name);
            attribute.Integer(3, value);
            attribute.Integer(20, 2);
            node.Message(5, attribute);
        }
        _graph.Message(1, node);
        return this;
    }

    public OnnxBuilder Constant(string name, float[] values, params long[] shape) => Tensor(name, Float, MemoryMarshal.AsBytes(values.AsSpan()), shape);

    public OnnxBuilder Constant(string name, long[] values, params long[] shape) => Tensor(name, Int64, MemoryMarshal.AsBytes(values.AsSpan()), shape);

    public byte[] Build()
    {
        _graph.Text(2, "tiny");
        var opset = new ProtobufWriter();
        opset.Text(1, "");
        opset.Integer(2, 17);
        var model = new ProtobufWriter();
        model.Integer(1, 8);
        model.Message(7, _graph);
        model.Message(8, opset);
        return model.ToArray();
    }

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
            .Node("Cast", ["attention_mask"], "mask2", ("to", Float))
            .Node("Unsqueeze", ["mask2", "last"], "mask")
            .Node("Mul", ["words", "mask"], "masked")
            .Node("ReduceSum", ["masked", "middle"], "sum", ("keepdims", 1))
            .Node("ReduceSum", ["mask", "middle"], "count", ("keepdims", 1))
            .Node("Div", ["sum", "count"], "mean")
            .Node("Add", ["words", "mean"], output)
            .Output(output, Float, "batch", "tokens", (long)dimension).Build();
    }

    /// <summary>Plain lookup, h_t = E[id_t], without a mask.</summary>
    public static byte[] Lookup(float[] table, int dimension, int idType = Int64, string input = "input_ids", params string[] outputs)
    {
        var builder = new OnnxBuilder().Input(input, idType, "batch", "tokens").Constant("table", table, table.Length / dimension, dimension);
        foreach (string output in outputs.Length == 0 ? ["last_hidden_state"] : outputs)
            builder.Node("Gather", ["table", input], output, ("axis", 0)).Output(output, Float, "batch", "tokens", (long)dimension);
        return builder.Build();
    }

    OnnxBuilder Tensor(string name, int type, ReadOnlySpan<byte> raw, long[] shape)
    {
        var tensor = new ProtobufWriter();
        foreach (long side in shape)
            tensor.Integer(1, side);
        tensor.Integer(2, type);
        tensor.Text(8, name);
        tensor.Bytes(9, raw);
        _graph.Message(5, tensor);
        return this;
    }

    OnnxBuilder Value(int field, string name, int type, object[] shape)
    {
        var sides = new ProtobufWriter();
        foreach (object side in shape)
        {
            var dimension = new ProtobufWriter();
            if (side is long value)
                dimension.Integer(1, value);
            else
                dimension.Text(2, (string)side);
            sides.Message(1, dimension);
        }
        var tensor = new ProtobufWriter();
        tensor.Integer(1, type);
        tensor.Message(2, sides);
        var wrapper = new ProtobufWriter();
        wrapper.Message(1, tensor);
        var info = new ProtobufWriter();
        info.Text(1, name);
        info.Message(2, wrapper);
        _graph.Message(field, info);
        return this;
    }
}
