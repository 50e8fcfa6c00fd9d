using Google.Protobuf;

namespace HybridRec.MLNet.Text;

/// <summary>Nodes in topological order, constant tensors by name, inputs and outputs (GraphProto).</summary>
internal sealed class OnnxGraph : OnnxMessage
{
    public string? Name { get; set; }

    public List<OnnxNode> Nodes { get; } = [];

    public List<OnnxTensor> Initializers { get; } = [];

    public List<OnnxValue> Inputs { get; } = [];

    public List<OnnxValue> Outputs { get; } = [];

    /// <summary>Types of values in between: hints for tools.</summary>
    public List<OnnxValue> ValueInfos { get; } = [];

    protected override bool ReadField(uint tag, CodedInputStream input)
    {
        switch (tag)
        {
            case (1 << 3) | Bytes:
                ReadInto(Nodes, input);
                return true;
            case (2 << 3) | Bytes:
                Name = input.ReadString();
                return true;
            case (5 << 3) | Bytes:
                ReadInto(Initializers, input);
                return true;
            case (11 << 3) | Bytes:
                ReadInto(Inputs, input);
                return true;
            case (12 << 3) | Bytes:
                ReadInto(Outputs, input);
                return true;
            case (13 << 3) | Bytes:
                ReadInto(ValueInfos, input);
                return true;
            default:
                return false;
        }
    }

    protected override void WriteFields(OnnxFieldSink sink)
    {
        sink.Messages(1, Nodes);
        sink.Text(2, Name);
        sink.Messages(5, Initializers);
        sink.Messages(11, Inputs);
        sink.Messages(12, Outputs);
        sink.Messages(13, ValueInfos);
    }
}
