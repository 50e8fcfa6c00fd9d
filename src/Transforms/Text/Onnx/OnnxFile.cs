using Google.Protobuf;

namespace HybridRec.MLNet.Text.Onnx;

/// <summary>Reads ONNX models; the messages themselves are generated from <c>onnx.proto</c>.</summary>
internal static class OnnxFile
{
    /// <summary>
    /// IR version and operator set of the models this library writes: those of 2022, read by every ONNX Runtime since 1.12.
    /// </summary>
    public const int WrittenIrVersion = 8, WrittenOpset = 17;

    /// <summary>Fields of all messages of a graph: more than any model has, few enough that tiny ones cannot fill the memory.</summary>
    private const int MostFields = 1 << 20;

    /// <summary>Messages in messages; the parser has the same limit.</summary>
    private const int Deepest = 100;

    private enum Kind
    {
        Other,
        Model,
        Graph,
        Node,
        Attribute,
    }

    /// <summary>Reads a model.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">Names the file in messages.</param>
    /// <exception cref="InvalidDataException">The bytes are no ONNX model, or a damaged one.</exception>
    public static ModelProto Parse(byte[] bytes, string name)
    {
        try
        {
            int left = MostFields;
            Count(bytes, 0, bytes.Length, Kind.Model, Deepest, ref left);
            var model = ModelProto.Parser.ParseFrom(bytes);
            return model.Graph?.Node.Count > 0 ? model : throw Damaged(name, bytes, "it has no graph with nodes", inner: null);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Damaged(name, bytes, e.Message, e);
        }
    }

    /// <summary>Counts fields before they are read: a message of two bytes becomes an object of hundreds.</summary>
    private static void Count(byte[] bytes, int from, int length, Kind kind, int depth, ref int left)
    {
        if (depth == 0)
            return; // the parser refuses it by its own limit
        var input = new CodedInputStream(bytes, from, length);
        int shift = from - (int)input.Position;
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (--left < 0)
                throw new InvalidDataException($"The ONNX model has more than {MostFields} fields. Export it again.");
            int start = shift + (int)input.Position;
            input.SkipLastField();
            Kind inner = WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited
                ? Inner(kind, WireFormat.GetTagFieldNumber(tag))
                : Kind.Other;
            if (inner == Kind.Other)
                continue;
            int end = shift + (int)input.Position, prefix = 1;
            while ((bytes[start + prefix - 1] & 0x80) != 0)
                prefix++;
            if (end > start + prefix)
                Count(bytes, start + prefix, end - start - prefix, inner, depth - 1, ref left);
        }
    }

    private static Kind Inner(Kind kind, int field) => (kind, field) switch
    {
        (Kind.Model, ModelProto.GraphFieldNumber) => Kind.Graph,
        (Kind.Graph, GraphProto.NodeFieldNumber) => Kind.Node,
        (Kind.Node, NodeProto.AttributeFieldNumber) => Kind.Attribute,
        (Kind.Attribute, AttributeProto.GFieldNumber or AttributeProto.GraphsFieldNumber) => Kind.Graph,
        _ => Kind.Other,
    };

    private static InvalidDataException Damaged(string name, byte[] bytes, string what, Exception? inner) => new(
        $"{name} ({bytes.Length} bytes) is no ONNX model that can be read: {what.TrimEnd('.')}. Fetch or export the file again.", inner);
}
