using Google.Protobuf;
using OnnxElement = HybridRec.MLNet.Text.Onnx.TensorProto.Types.DataType;

namespace HybridRec.MLNet.Text.Onnx;

/// <summary>Writes an ONNX model node by node, in topological order. Values are known by their names.</summary>
internal sealed class OnnxGraphBuilder
{
    private readonly ModelProto _file = new()
    {
        IrVersion = OnnxFile.WrittenIrVersion,
        ProducerName = "HybridRec.MLNet",
        Graph = new GraphProto()
    };

    public OnnxGraphBuilder(string name)
    {
        _file.Graph.Name = name;
        _file.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OnnxFile.WrittenOpset });
    }

    /// <summary>Declares an input; see <see cref="ValueInfoProto.Of"/> for the shape.</summary>
    public void Input(string name, OnnxElement element, params ReadOnlySpan<object> shape) =>
        _file.Graph.Input.Add(ValueInfoProto.Of(name, element, shape));

    /// <summary>Declares an output; see <see cref="ValueInfoProto.Of"/> for the shape.</summary>
    public void Output(string name, OnnxElement element, params ReadOnlySpan<object> shape) =>
        _file.Graph.Output.Add(ValueInfoProto.Of(name, element, shape));

    public string Constant(TensorProto tensor)
    {
        _file.Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Adds a node with one output and returns that output's name.</summary>
    public string Node(string operation, ReadOnlySpan<string> inputs, string output, params ReadOnlySpan<AttributeProto> attributes)
    {
        Node(operation, inputs, [output], attributes);
        return output;
    }

    /// <summary>Adds a node with several outputs.</summary>
    public void Node(
        string operation, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = operation, Name = outputs[0] + "_node" };
        node.Input.AddRange(inputs.ToArray());
        node.Output.AddRange(outputs.ToArray());
        node.Attribute.AddRange(attributes.ToArray());
        _file.Graph.Node.Add(node);
    }

    public byte[] Build() => _file.ToByteArray();
}
