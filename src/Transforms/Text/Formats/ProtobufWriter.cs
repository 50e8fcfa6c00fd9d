using System.Buffers.Binary;
using System.Text;

namespace HybridRec.MLNet.Text;

/// <summary>The few wire types of protobuf a SentencePiece model needs: varint, 32 bit, length-delimited.</summary>
internal sealed class ProtobufWriter
{
    private readonly MemoryStream _stream = new();

    public void Integer(int field, long value)
    {
        Varint((ulong)(field << 3));
        Varint((ulong)value);
    }

    public void Float(int field, float value)
    {
        Varint((ulong)(field << 3 | 5));
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _stream.Write(bytes);
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public void Message(int field, ProtobufWriter message) => Bytes(field, message.ToArray());

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint((ulong)(field << 3 | 2));
        Varint((ulong)value.Length);
        _stream.Write(value);
    }

    public byte[] ToArray() => _stream.ToArray();

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _stream.WriteByte((byte)(value | 0x80));
        _stream.WriteByte((byte)value);
    }
}
