using Google.Protobuf;

namespace HybridRec.MLNet.Text;

/// <summary>One operator application (NodeProto).</summary>
internal sealed class OnnxNode : OnnxMessage
{
    public List<string> Inputs { get; } = [];

    public List<string> Outputs { get; } = [];

    public string? Name { get; set; }

    public string OpType { get; set; } = "";

    public string? Domain { get; set; }

    public List<OnnxAttribute> Attributes { get; } = [];

    /// <summary>Whether it is an operator of ONNX's own set.</summary>
    public bool Is(string operation) => OpType == operation && Domain is null or "" or "ai.onnx";

    public OnnxAttribute? Attribute(string name) => Attributes.Find(a => a.Name == name);

    public long Integer(string attribute, long otherwise) => Attribute(attribute)?.Integer ?? otherwise;

    protected override bool ReadField(uint tag, CodedInputStream input)
    {
        switch (tag)
        {
            case (1 << 3) | Bytes:
                Add(Inputs, input.ReadString());
                return true;
            case (2 << 3) | Bytes:
                Add(Outputs, input.ReadString());
                return true;
            case (3 << 3) | Bytes:
                Name = input.ReadString();
                return true;
            case (4 << 3) | Bytes:
                OpType = input.ReadString();
                return true;
            case (5 << 3) | Bytes:
                ReadInto(Attributes, input);
                return true;
            case (7 << 3) | Bytes:
                Domain = input.ReadString();
                return true;
            default:
                return false;
        }
    }

    protected override void WriteFields(OnnxFieldSink sink)
    {
        sink.Texts(1, Inputs);
        sink.Texts(2, Outputs);
        sink.Text(3, Name);
        sink.Text(4, OpType);
        sink.Messages(5, Attributes);
        sink.Text(7, Domain);
    }
}
