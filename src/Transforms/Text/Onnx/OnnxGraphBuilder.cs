namespace HybridRec.MLNet.Text;

/// <summary>Writes an ONNX model node by node, in topological order. Values are known by their names.</summary>
internal sealed class OnnxGraphBuilder
{
    private readonly OnnxFile _file = new() { IrVersion = OnnxFile.WrittenIrVersion, ProducerName = "HybridRec.MLNet" };

    public OnnxGraphBuilder(string name)
    {
        _file.Graph.Name = name;
        _file.OperatorSets.Add(new OnnxOperatorSet { Domain = "", Version = OnnxFile.WrittenOpset });
    }

    /// <summary>Declares an input; see <see cref="OnnxValue.Of"/> for the shape.</summary>
    public void Input(string name, OnnxElement element, params ReadOnlySpan<object> shape) => _file.Graph.Inputs.Add(OnnxValue.Of(name, element, shape));

    /// <summary>Declares an output; see <see cref="OnnxValue.Of"/> for the shape.</summary>
    public void Output(string name, OnnxElement element, params ReadOnlySpan<object> shape) => _file.Graph.Outputs.Add(OnnxValue.Of(name, element, shape));

    public string Constant(OnnxTensor tensor)
    {
        _file.Graph.Initializers.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Adds a node with one output and returns that output's name.</summary>
    public string Node(string operation, ReadOnlySpan<string> inputs, string output, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        Node(operation, inputs, [output], attributes);
        return output;
    }

    /// <summary>Adds a node with several outputs.</summary>
    public void Node(string operation, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        var node = new OnnxNode { OpType = operation, Name = outputs[0] + "_node" };
        node.Inputs.AddRange(inputs);
        node.Outputs.AddRange(outputs);
        node.Attributes.AddRange(attributes);
        _file.Graph.Nodes.Add(node);
    }

    public byte[] Build() => _file.ToArray();
}
