using Google.Protobuf;

namespace HybridRec.MLNet.Text;

/// <summary>Name and type of an input, an output or a value in between (ValueInfoProto).</summary>
internal sealed class OnnxValue : OnnxMessage
{
    public string Name { get; set; } = "";

    public OnnxType? Type { get; set; }

    /// <summary>A tensor; sides are numbers (long) or names of open ones (string).</summary>
    public static OnnxValue Of(string name, OnnxElement element, params ReadOnlySpan<object> shape)
    {
        var sides = new OnnxShape();
        foreach (object side in shape)
            sides.Sides.Add(side is long length ? new OnnxSide { Length = length } : new OnnxSide { Parameter = (string)side });
        return new OnnxValue { Name = name, Type = new OnnxType { Tensor = new OnnxTensorType { Element = (long)element, Shape = sides } } };
    }

    protected override bool ReadField(uint tag, CodedInputStream input)
    {
        switch (tag)
        {
            case (1 << 3) | Bytes:
                Name = input.ReadString();
                return true;
            case (2 << 3) | Bytes:
                input.ReadMessage(Type ??= new OnnxType());
                return true;
            default:
                return false;
        }
    }

    protected override void WriteFields(OnnxFieldSink sink)
    {
        sink.Text(1, Name);
        sink.Message(2, Type);
    }
}

/// <summary>TypeProto; types other than tensors are kept as they came.</summary>
internal sealed class OnnxType : OnnxMessage
{
    public OnnxTensorType? Tensor { get; set; }

    protected override bool ReadField(uint tag, CodedInputStream input)
    {
        if (tag != ((1 << 3) | Bytes))
            return false;
        input.ReadMessage(Tensor ??= new OnnxTensorType());
        return true;
    }

    protected override void WriteFields(OnnxFieldSink sink) => sink.Message(1, Tensor);
}

/// <summary>TypeProto.Tensor.</summary>
internal sealed class OnnxTensorType : OnnxMessage
{
    public long? Element { get; set; }

    public OnnxShape? Shape { get; set; }

    protected override bool ReadField(uint tag, CodedInputStream input)
    {
        switch (tag)
        {
            case (1 << 3) | Varint:
                Element = input.ReadInt64();
                return true;
            case (2 << 3) | Bytes:
                input.ReadMessage(Shape ??= new OnnxShape());
                return true;
            default:
                return false;
        }
    }

    protected override void WriteFields(OnnxFieldSink sink)
    {
        sink.Integer(1, Element);
        sink.Message(2, Shape);
    }
}

/// <summary>TensorShapeProto.</summary>
internal sealed class OnnxShape : OnnxMessage
{
    public List<OnnxSide> Sides { get; } = [];

    protected override bool ReadField(uint tag, CodedInputStream input)
    {
        if (tag != ((1 << 3) | Bytes))
            return false;
        ReadInto(Sides, input);
        return true;
    }

    protected override void WriteFields(OnnxFieldSink sink) => sink.Messages(1, Sides);
}

/// <summary>TensorShapeProto.Dimension: a length, or the name of one that is open.</summary>
internal sealed class OnnxSide : OnnxMessage
{
    public long? Length { get; set; }

    public string? Parameter { get; set; }

    protected override bool ReadField(uint tag, CodedInputStream input)
    {
        switch (tag)
        {
            case (1 << 3) | Varint:
                Length = input.ReadInt64();
                return true;
            case (2 << 3) | Bytes:
                Parameter = input.ReadString();
                return true;
            default:
                return false;
        }
    }

    protected override void WriteFields(OnnxFieldSink sink)
    {
        sink.Integer(1, Length);
        sink.Text(2, Parameter);
    }
}
