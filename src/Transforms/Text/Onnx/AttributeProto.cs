namespace HybridRec.MLNet.Text.Onnx;

/// <summary>A named constant of a node.</summary>
internal sealed partial class AttributeProto
{
    public static AttributeProto Of(string name, long value) => new() { Name = name, Type = Types.AttributeType.Int, I = value };

    public static AttributeProto Of(string name, float value) => new() { Name = name, Type = Types.AttributeType.Float, F = value };

    public static AttributeProto Of(string name, ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = Types.AttributeType.Ints };
        foreach (long value in values)
            attribute.Ints.Add(value);
        return attribute;
    }
}
