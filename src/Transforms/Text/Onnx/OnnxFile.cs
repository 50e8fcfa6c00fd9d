using Google.Protobuf;

namespace HybridRec.MLNet.Text;

/// <summary>An ONNX model as it stands in a file (ModelProto): a graph and the versions of the operator sets it is written in.</summary>
internal sealed class OnnxFile : OnnxMessage
{
    /// <summary>IR version and operator set of the models this library writes: those of 2022, read by every ONNX Runtime since 1.12.</summary>
    public const int WrittenIrVersion = 8, WrittenOpset = 17;

    public long? IrVersion { get; set; }

    public string? ProducerName { get; set; }

    public OnnxGraph Graph { get; private set; } = new();

    public List<OnnxOperatorSet> OperatorSets { get; } = [];

    /// <summary>Version of ONNX's own operator set; 0 if the model does not use it.</summary>
    public long Opset => OperatorSets.Find(s => s.Domain is null or "" or "ai.onnx")?.Version ?? 0;

    /// <summary>Reads a model.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">Names the file in messages.</param>
    /// <exception cref="InvalidDataException">The bytes are no ONNX model, or a damaged one.</exception>
    public static OnnxFile Parse(byte[] bytes, string name)
    {
        var file = new OnnxFile();
        try
        {
            file.MergeFrom(new CodedInputStream(bytes));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException)
        {
            throw Damaged(name, bytes, e.Message, e);
        }
        return file.Graph.Nodes.Count > 0 ? file : throw Damaged(name, bytes, "it has no graph with nodes", inner: null);
    }

    public byte[] ToArray()
    {
        byte[] bytes = new byte[CalculateSize()];
        var output = new CodedOutputStream(bytes);
        WriteTo(output);
        output.CheckNoSpaceLeft();
        return bytes;
    }

    protected override bool ReadField(uint tag, CodedInputStream input)
    {
        switch (tag)
        {
            case (1 << 3) | Varint:
                IrVersion = input.ReadInt64();
                return true;
            case (2 << 3) | Bytes:
                ProducerName = input.ReadString();
                return true;
            case (7 << 3) | Bytes:
                input.ReadMessage(Graph);
                return true;
            case (8 << 3) | Bytes:
                ReadInto(OperatorSets, input);
                return true;
            default:
                return false;
        }
    }

    protected override void WriteFields(OnnxFieldSink sink)
    {
        sink.Integer(1, IrVersion);
        sink.Text(2, ProducerName);
        sink.Message(7, Graph);
        sink.Messages(8, OperatorSets);
    }

    private static InvalidDataException Damaged(string name, byte[] bytes, string what, Exception? inner) => new(
        $"{name} ({bytes.Length} bytes) is no ONNX model that can be read: {what.TrimEnd('.')}. Fetch or export the file again.", inner);
}

/// <summary>An operator set a model uses (OperatorSetIdProto).</summary>
internal sealed class OnnxOperatorSet : OnnxMessage
{
    public string? Domain { get; set; }

    public long? Version { get; set; }

    protected override bool ReadField(uint tag, CodedInputStream input)
    {
        switch (tag)
        {
            case (1 << 3) | Bytes:
                Domain = input.ReadString();
                return true;
            case (2 << 3) | Varint:
                Version = input.ReadInt64();
                return true;
            default:
                return false;
        }
    }

    protected override void WriteFields(OnnxFieldSink sink)
    {
        sink.Text(1, Domain);
        sink.Integer(2, Version);
    }
}
