namespace HybridRec.MLNet.Files;

/// <summary>A tensor to be written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its sides.</param>
/// <param name="Write">Writes its elements, little-endian, row-major; called once, when its turn has come.</param>
internal sealed record TensorData(string Name, TensorType Type, long[] Shape, Action<Stream> Write)
{
    /// <summary>Its size in bytes.</summary>
    public long Bytes => Shape.Aggregate((long)Type.Bytes(), (size, side) => checked(size * side));

    /// <summary>A tensor of Single.</summary>
    public static TensorData Of(string name, long[] shape, float[] values) =>
        new(name, TensorType.F32, shape, stream => stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())));
}
