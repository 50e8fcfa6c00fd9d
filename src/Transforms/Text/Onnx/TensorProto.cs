using System.Runtime.InteropServices;
using Google.Protobuf;

namespace HybridRec.MLNet.Text.Onnx;

/// <summary>A constant tensor: little-endian bytes, or a list of numbers as some exporters write small ones.</summary>
internal sealed partial class TensorProto
{
    public Types.DataType Element => (Types.DataType)DataType;

    /// <summary>Whether its bytes stand in another file.</summary>
    public bool IsExternal => DataLocation == Types.DataLocation.External;

    public static TensorProto Of(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        Of(name, Types.DataType.Float, MemoryMarshal.AsBytes(values), shape);

    public static TensorProto Of(string name, ReadOnlySpan<long> values, params ReadOnlySpan<long> shape) =>
        Of(name, Types.DataType.Int64, MemoryMarshal.AsBytes(values), shape);

    public static TensorProto Of(string name, ReadOnlySpan<sbyte> values, params ReadOnlySpan<long> shape) =>
        Of(name, Types.DataType.Int8, MemoryMarshal.AsBytes(values), shape);

    public static TensorProto Of(string name, ReadOnlySpan<byte> values, params ReadOnlySpan<long> shape) =>
        Of(name, Types.DataType.Uint8, values, shape);

    /// <summary>The values of a tensor of Single.</summary>
    /// <exception cref="InvalidDataException">It is no such tensor, or has more or fewer values than its shape says.</exception>
    public float[] Floats()
    {
        int count = Count();
        if (Element != Types.DataType.Float || IsExternal)
            throw Damaged(
                $"it is of type {Element}{(IsExternal ? " in another file" : "")}; expected {Types.DataType.Float} in the model itself");
        if (HasRawData && RawData.Length != (long)count * sizeof(float))
            throw Damaged($"its shape [{string.Join(", ", Dims)}] takes {(long)count * sizeof(float)} bytes, it has {RawData.Length}");
        if (HasRawData)
            return MemoryMarshal.Cast<byte, float>(RawData.Span).ToArray();
        return FloatData.Count == count
            ? [.. FloatData]
            : throw Damaged($"its shape [{string.Join(", ", Dims)}] takes {count} values, it has {FloatData.Count}");
    }

    private static TensorProto Of(string name, Types.DataType element, ReadOnlySpan<byte> raw, ReadOnlySpan<long> shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)element, RawData = ByteString.CopyFrom(raw) };
        foreach (long side in shape)
            tensor.Dims.Add(side);
        return tensor.Count() * (long)Size(element) == raw.Length ? tensor
            : throw new ArgumentException(
                $"The tensor '{name}' of shape [{string.Join(", ", tensor.Dims)}] and type {element} was given {raw.Length} bytes.",
                nameof(shape));
    }

    private static int Size(Types.DataType element) => element switch
    {
        Types.DataType.Int64 => 8,
        Types.DataType.Float => 4,
        _ => 1,
    };

    private int Count()
    {
        long count = 1;
        foreach (long side in Dims)
            if (side < 0 || (count *= Math.Min(side, int.MaxValue)) > int.MaxValue)
                throw Damaged($"its shape [{string.Join(", ", Dims)}] is not possible");
        return (int)count;
    }

    private InvalidDataException Damaged(string what) =>
        new($"The tensor '{Name}' of the ONNX model cannot be read: {what}. Fetch or export the file again.");
}
