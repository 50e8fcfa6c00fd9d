using System.Runtime.InteropServices;
using Google.Protobuf;

namespace HybridRec.MLNet.Text;

/// <summary>A constant tensor (TensorProto): little-endian bytes, or a list of numbers as some exporters write small ones.</summary>
internal sealed class OnnxTensor : OnnxMessage
{
    private const long External = 1;

    private List<float>? _floatData;

    public List<long> Shape { get; } = [];

    public OnnxElement Element { get; set; }

    public string Name { get; set; } = "";

    public ByteString? Raw { get; set; }

    /// <summary>1 for a tensor whose bytes stand in another file.</summary>
    public long? Location { get; set; }

    public bool IsExternal => Location == External;

    public static OnnxTensor Of(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) => Of(name, OnnxElement.Single, MemoryMarshal.AsBytes(values), shape);

    public static OnnxTensor Of(string name, ReadOnlySpan<long> values, params ReadOnlySpan<long> shape) => Of(name, OnnxElement.Int64, MemoryMarshal.AsBytes(values), shape);

    public static OnnxTensor Of(string name, ReadOnlySpan<sbyte> values, params ReadOnlySpan<long> shape) => Of(name, OnnxElement.Int8, MemoryMarshal.AsBytes(values), shape);

    public static OnnxTensor Of(string name, ReadOnlySpan<byte> values, params ReadOnlySpan<long> shape) => Of(name, OnnxElement.UInt8, values, shape);

    /// <summary>The values of a tensor of Single.</summary>
    /// <exception cref="InvalidDataException">It is no such tensor, or has more or fewer values than its shape says.</exception>
    public float[] Floats()
    {
        int count = Count();
        if (Element != OnnxElement.Single || IsExternal)
            throw Damaged($"it is of type {Element}{(IsExternal ? " in another file" : "")}; expected Single in the model itself");
        if (Raw is not null && Raw.Length != (long)count * sizeof(float))
            throw Damaged($"its shape [{string.Join(", ", Shape)}] takes {(long)count * sizeof(float)} bytes, it has {Raw.Length}");
        if (Raw is not null)
            return MemoryMarshal.Cast<byte, float>(Raw.Span).ToArray();
        return (_floatData?.Count ?? 0) == count ? [.. _floatData ?? []]
            : throw Damaged($"its shape [{string.Join(", ", Shape)}] takes {count} values, it has {_floatData?.Count ?? 0}");
    }

    protected override bool ReadField(uint tag, CodedInputStream input)
    {
        switch (tag)
        {
            case ((1 << 3) | Varint) or ((1 << 3) | Bytes):
                ReadIntegers(tag, Shape, input);
                return true;
            case (2 << 3) | Varint:
                Element = (OnnxElement)input.ReadInt32();
                return true;
            case ((4 << 3) | Fixed32) or ((4 << 3) | Bytes):
                ReadFloats(tag, _floatData ??= [], input);
                return true;
            case (8 << 3) | Bytes:
                Name = input.ReadString();
                return true;
            case (9 << 3) | Bytes:
                Raw = input.ReadBytes();
                return true;
            case (14 << 3) | Varint:
                Location = input.ReadInt64();
                return true;
            default:
                return false;
        }
    }

    protected override void WriteFields(OnnxFieldSink sink)
    {
        sink.Integers(1, Shape);
        sink.Integer(2, (long)Element);
        if (_floatData is not null)
            sink.Bytes(4, ByteString.CopyFrom(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_floatData)))); // a packed run of floats is their bytes
        sink.Text(8, Name);
        sink.Bytes(9, Raw);
        sink.Integer(14, Location);
    }

    private static OnnxTensor Of(string name, OnnxElement element, ReadOnlySpan<byte> raw, ReadOnlySpan<long> shape)
    {
        var tensor = new OnnxTensor { Name = name, Element = element, Raw = ByteString.CopyFrom(raw) };
        tensor.Shape.AddRange(shape);
        return tensor.Count() * (long)Size(element) == raw.Length ? tensor
            : throw new ArgumentException($"The tensor '{name}' of shape [{string.Join(", ", tensor.Shape)}] and type {element} was given {raw.Length} bytes.", nameof(shape));
    }

    private static int Size(OnnxElement element) => element switch
    {
        OnnxElement.Int64 or OnnxElement.Double => 8,
        OnnxElement.Single or OnnxElement.Int32 => 4,
        OnnxElement.Half or OnnxElement.BFloat16 => 2,
        _ => 1,
    };

    private int Count()
    {
        long count = 1;
        foreach (long side in Shape)
            if (side < 0 || (count *= Math.Min(side, int.MaxValue)) > int.MaxValue)
                throw Damaged($"its shape [{string.Join(", ", Shape)}] is not possible");
        return (int)count;
    }

    private InvalidDataException Damaged(string what) => new($"The tensor '{Name}' of the ONNX model cannot be read: {what}. Fetch or export the file again.");
}
