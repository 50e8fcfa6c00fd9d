using Google.Protobuf;

namespace HybridRec.MLNet.Text;

/// <summary>Takes the fields of a message: writes them, or counts their bytes where there is no output. What is null or empty is left out.</summary>
internal sealed class OnnxFieldSink(CodedOutputStream? output)
{
    public int Size { get; private set; }

    public void Integer(int field, long? value)
    {
        if (value is not { } given)
            return;
        if (output is null)
        {
            Count(field, CodedOutputStream.ComputeInt64Size(given));
            return;
        }
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(given);
    }

    public void Float(int field, float? value)
    {
        if (value is not { } given)
            return;
        if (output is null)
        {
            Count(field, sizeof(float));
            return;
        }
        output.WriteTag(field, WireFormat.WireType.Fixed32);
        output.WriteFloat(given);
    }

    public void Text(int field, string? value)
    {
        if (value is null)
            return;
        if (output is null)
        {
            Count(field, CodedOutputStream.ComputeStringSize(value));
            return;
        }
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
    }

    public void Bytes(int field, ByteString? value)
    {
        if (value is null)
            return;
        if (output is null)
        {
            Count(field, CodedOutputStream.ComputeBytesSize(value));
            return;
        }
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(value);
    }

    public void Message(int field, OnnxMessage? value)
    {
        if (value is null)
            return;
        if (output is null)
        {
            Count(field, CodedOutputStream.ComputeMessageSize(value));
            return;
        }
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteMessage(value);
    }

    public void Messages(int field, IReadOnlyList<OnnxMessage> values)
    {
        foreach (var value in values)
            Message(field, value);
    }

    public void Texts(int field, IReadOnlyList<string> values)
    {
        foreach (string value in values)
            Text(field, value);
    }

    public void Integers(int field, IReadOnlyList<long> values)
    {
        foreach (long value in values)
            Integer(field, value);
    }

    private void Count(int field, int bytes) => Size = checked(Size + CodedOutputStream.ComputeTagSize(field) + bytes);
}
