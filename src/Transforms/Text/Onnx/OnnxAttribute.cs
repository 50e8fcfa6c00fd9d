using Google.Protobuf;

namespace HybridRec.MLNet.Text;

/// <summary>A named constant of a node (AttributeProto). Kinds this library does not read are kept as they came.</summary>
internal sealed class OnnxAttribute : OnnxMessage
{
    private const long KindFloat = 1, KindInteger = 2, KindTensor = 4, KindIntegers = 7;

    public string? Name { get; set; }

    public long? Kind { get; set; }

    public float? Float { get; set; }

    public long? Integer { get; set; }

    public OnnxTensor? Tensor { get; set; }

    public List<long> Integers { get; } = [];

    /// <summary>The graphs of If, Loop and Scan: the numbers of the fields they stood in (one graph, or a list of them) and their bytes.</summary>
    public List<(int Field, ByteString Graph)> Subgraphs { get; } = [];

    public static OnnxAttribute Of(string name, long value) => new() { Name = name, Kind = KindInteger, Integer = value };

    public static OnnxAttribute Of(string name, float value) => new() { Name = name, Kind = KindFloat, Float = value };

    public static OnnxAttribute Of(string name, OnnxTensor value) => new() { Name = name, Kind = KindTensor, Tensor = value };

    public static OnnxAttribute Of(string name, ReadOnlySpan<long> values)
    {
        var attribute = new OnnxAttribute { Name = name, Kind = KindIntegers };
        attribute.Integers.AddRange(values);
        return attribute;
    }

    protected override bool ReadField(uint tag, CodedInputStream input)
    {
        switch (tag)
        {
            case (1 << 3) | Bytes:
                Name = input.ReadString();
                return true;
            case (2 << 3) | Fixed32:
                Float = input.ReadFloat();
                return true;
            case (3 << 3) | Varint:
                Integer = input.ReadInt64();
                return true;
            case (5 << 3) | Bytes:
                input.ReadMessage(Tensor ??= new OnnxTensor());
                return true;
            case ((6 << 3) | Bytes) or ((11 << 3) | Bytes):
                Add(Subgraphs, ((int)(tag >> 3), input.ReadBytes()));
                return true;
            case ((8 << 3) | Varint) or ((8 << 3) | Bytes):
                ReadIntegers(tag, Integers, input);
                return true;
            case (20 << 3) | Varint:
                Kind = input.ReadInt64();
                return true;
            default:
                return false;
        }
    }

    protected override void WriteFields(OnnxFieldSink sink)
    {
        sink.Text(1, Name);
        sink.Float(2, Float);
        sink.Integer(3, Integer);
        sink.Message(5, Tensor);
        foreach (var (field, graph) in Subgraphs)
            sink.Bytes(field, graph);
        sink.Integers(8, Integers);
        sink.Integer(20, Kind);
    }
}
