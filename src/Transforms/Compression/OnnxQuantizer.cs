using Google.Protobuf;
using HybridRec.MLNet.Text.Onnx;
using OnnxElement = HybridRec.MLNet.Text.Onnx.TensorProto.Types.DataType;

namespace HybridRec.MLNet.Compression;

/// <summary>
/// Rewrites products and look-ups of a graph to INT8 by standard operators. A product x W becomes DynamicQuantizeLinear (or the fixed
/// scale), MatMulInteger and one multiplication with both scales (Jacob et al. 2018 for the arithmetic); a look-up takes the row of
/// integers and its scale. ONNX Runtime fuses the pattern into one kernel.
/// </summary>
internal sealed class OnnxQuantizer
{
    /// <summary>The first operator set that has DynamicQuantizeLinear; scales a channel in DequantizeLinear came two later.</summary>
    private const int DynamicOpset = 11, StaticOpset = 13;

    private const int LargestOfTables = 127;

    private readonly GraphProto _graph;
    private readonly int _largest;
    private readonly IReadOnlyDictionary<string, (float Low, float High)>? _ranges;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _widened = new(StringComparer.Ordinal);
    private readonly List<NodeProto> _nodes = [];
    private readonly Dictionary<string, string[]> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Tensor, bool Transposed, bool Rows), (string Values, string Scales)> _weights = [];

    private OnnxQuantizer(GraphProto graph, int weightBits, IReadOnlyDictionary<string, (float Low, float High)>? ranges)
    {
        (_graph, _largest, _ranges) = (graph, (1 << (weightBits - 1)) - 1, ranges);
        foreach (var node in graph.Node)
            _names.UnionWith([.. node.Output, .. node.Input, node.Name]);
        _names.UnionWith(graph.Initializer.Select(t => t.Name));
    }

    /// <summary>What of a model can be INT8, by name.</summary>
    /// <exception cref="InvalidDataException">The model is damaged.</exception>
    /// <exception cref="NotSupportedException">It is written in too old an operator set, or nothing of it can be INT8.</exception>
    public static List<OnnxLayer> Layers(ModelProto file, string name, ActivationScaling scaling)
    {
        int needed = scaling == ActivationScaling.Static ? StaticOpset : DynamicOpset;
        if (file.Opset < needed)
            throw new NotSupportedException($"{name} is written in ONNX operator set {file.Opset}; INT8 with {scaling} scaling needs " +
                $"{needed} or later. Export it again with a newer one.");
        var layers = new OnnxConstants(file.Graph).Layers();
        if (layers.Count > 0)
            return layers;
        throw new NotSupportedException(file.Graph.Initializer.Any(t => t.IsExternal)
            ? $"{name} keeps its weights in other files, which INT8 does not read: save it as one file first."
            : $"{name} has no MatMul, Gemm or Gather with constant weights of 32-bit floats: it is INT8 or half precision already, or no " +
              "encoder. Give the float model.");
    }

    /// <summary>The model with some layers in INT8.</summary>
    /// <param name="model">The float model; parsed anew.</param>
    /// <param name="name">Names it in messages.</param>
    /// <param name="layers">Names of the layers.</param>
    /// <param name="weightBits">7 or 8.</param>
    /// <param name="ranges">Smallest and largest value of each input, by name; null for dynamic scaling.</param>
    public static byte[] Rewrite(
        byte[] model, string name, IReadOnlySet<string> layers, int weightBits,
        IReadOnlyDictionary<string, (float Low, float High)>? ranges)
    {
        var file = OnnxFile.Parse(model, name);
        var chosen = new Dictionary<NodeProto, OnnxLayer>(ReferenceEqualityComparer.Instance); // messages of one content are equal
        foreach (var layer in new OnnxConstants(file.Graph).Layers().Where(l => layers.Contains(l.Name)))
            chosen.Add(layer.Node, layer);
        var quantizer = new OnnxQuantizer(file.Graph, weightBits, ranges);
        foreach (var node in file.Graph.Node)
        {
            if (!chosen.TryGetValue(node, out var small))
                quantizer._nodes.Add(node);
            else if (small.IsTable)
                quantizer.Table(small);
            else
                quantizer.Product(small);
        }
        file.Graph.Node.Clear();
        file.Graph.Node.AddRange(quantizer._nodes);
        OnnxPruning.Prune(file.Graph);
        return file.ToByteArray();
    }

    private void Table(OnnxLayer layer)
    {
        var (values, scales) = Weight(layer.Weight, rows: true);
        string output = layer.Node.Output[0], p = Unique(output + "_int8");
        Node("Gather", [values, layer.Input], p + "_row");
        Node("Cast", [p + "_row"], p + "_float", AttributeProto.Of("to", (long)OnnxElement.Float));
        Node("Gather", [scales, layer.Input], p + "_scale");
        Node("Mul", [p + "_float", p + "_scale"], output);
    }

    private void Product(OnnxLayer layer)
    {
        var (values, scales) = Weight(layer.Weight, rows: false);
        string output = layer.Node.Output[0], p = Unique(output + "_int8");
        float alpha = layer.Node.Is("Gemm") ? layer.Node.Float("alpha", 1) : 1;
        bool biased = layer.Node.Input is [_, _, { Length: > 0 }];
        string product = biased ? p + "_product" : output, unscaled = alpha == 1 ? product : p + "_unscaled";
        if (_ranges is null)
            Dynamic(layer.Input, values, scales, p, unscaled);
        else
            Fixed(layer.Input, values, scales, unscaled);
        if (alpha != 1)
        {
            _graph.Initializer.Add(TensorProto.Of(p + "_alpha", [alpha]));
            Node("Mul", [unscaled, p + "_alpha"], product);
        }
        if (biased)
            Node("Add", [product, layer.Node.Input[2]], output);
    }

    private void Dynamic(string input, string values, string scales, string p, string output)
    {
        if (!_inputs.TryGetValue(input, out string[]? parts))
        {
            string q = Unique(input + "_quantized");
            _inputs[input] = parts = [q, q + "_scale", q + "_zero"];
            Node("DynamicQuantizeLinear", [input], parts);
        }
        Node("MatMulInteger", [parts[0], values, parts[2]], p + "_sums");
        Node("Cast", [p + "_sums"], p + "_float", AttributeProto.Of("to", (long)OnnxElement.Float));
        Node("Mul", [parts[1], scales], p + "_scale");
        Node("Mul", [p + "_float", p + "_scale"], output);
    }

    private void Fixed(string input, string values, string scales, string output)
    {
        if (!_inputs.TryGetValue(input, out string[]? parts))
        {
            string q = Unique(input + "_quantized");
            var (scale, zero) = Range(_ranges![input]);
            _graph.Initializer.Add(TensorProto.Of(q + "_scale", [scale]));
            _graph.Initializer.Add(TensorProto.Of(q + "_zero", (ReadOnlySpan<byte>)[zero]));
            Node("QuantizeLinear", [input, q + "_scale", q + "_zero"], q);
            Node("DequantizeLinear", [q, q + "_scale", q + "_zero"], q + "_float");
            _inputs[input] = parts = [q + "_float"];
        }
        string weight = values + "_float";
        if (_widened.Add(weight))
            Node("DequantizeLinear", [values, scales], weight, AttributeProto.Of("axis", 1));
        Node("MatMul", [parts[0], weight], output);
    }

    /// <summary>Scale and zero point of 0..255 over a range widened to hold 0, which must be exact: padding and ReLU give it.</summary>
    private static (float Scale, byte Zero) Range((float Low, float High) range)
    {
        float low = Math.Min(range.Low, 0), high = Math.Max(range.High, 0), scale = (high - low) / 255;
        return scale > 1e-30f ? (scale, (byte)Math.Clamp(MathF.Round(-low / scale), 0, 255)) : (1, (byte)0);
    }

    private (string Values, string Scales) Weight(OnnxMatrix matrix, bool rows)
    {
        var key = (matrix.Tensor.Name, matrix.Transposed, rows);
        if (matrix.Tensor.Name.Length > 0 && _weights.TryGetValue(key, out var known))
            return known;
        var rounded = rows
            ? Int8Matrix.ByRows(matrix.Values(), matrix.Columns, LargestOfTables)
            : Int8Matrix.ByColumns(matrix.Values(), matrix.Columns, _largest);
        string name = Unique((matrix.Tensor.Name.Length > 0 ? matrix.Tensor.Name : "weight") + "_int8");
        _graph.Initializer.Add(TensorProto.Of(name, (ReadOnlySpan<sbyte>)rounded.Values, matrix.Rows, matrix.Columns));
        _graph.Initializer.Add(rows
            ? TensorProto.Of(name + "_scale", rounded.Scales, matrix.Rows, 1)
            : TensorProto.Of(name + "_scale", rounded.Scales, matrix.Columns));
        return _weights[key] = (name, name + "_scale");
    }

    private string Unique(string name)
    {
        string unique = name;
        for (int i = 2; !_names.Add(unique); i++)
            unique = name + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return unique;
    }

    private void Node(string operation, string[] inputs, string output, params AttributeProto[] attributes) =>
        Node(operation, inputs, [output], attributes);

    private void Node(string operation, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = operation, Name = outputs[0] + "_node" };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        _nodes.Add(node);
    }
}
