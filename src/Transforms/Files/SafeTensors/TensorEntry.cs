namespace HybridRec.MLNet.Files;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its sides; none for a scalar.</param>
/// <param name="Begin">First byte, counted from the payload's start.</param>
/// <param name="End">First byte behind it.</param>
internal sealed record TensorEntry(string Name, TensorType Type, long[] Shape, long Begin, long End)
{
    /// <summary>Its size in bytes.</summary>
    public long Bytes => End - Begin;

    /// <summary>Number of elements.</summary>
    public long Count => Bytes / Type.Bytes();

    /// <summary>The shape for messages.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
