using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Base of the messages of onnx.proto (the public field numbers of ONNX): the fields this library works with are typed, all others are kept as they came and
/// written back. Reading throws <see cref="InvalidProtocolBufferException"/> or <see cref="InvalidDataException"/> on damaged bytes; memory stays in
/// proportion to the bytes, because every length is checked against what is left.
/// </summary>
internal abstract class OnnxMessage : IMessage
{
    /// <summary>Wire types of protobuf: a tag is (field number &lt;&lt; 3) | wire type.</summary>
    protected const uint Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    /// <summary>Entries of one list: more than any model has, few enough that tiny entries cannot fill the memory.</summary>
    private const int MaxEntries = 1 << 20;

    private UnknownFieldSet? _unknown;

    MessageDescriptor IMessage.Descriptor => throw new NotSupportedException("ONNX messages of this library have no reflection data.");

    public void MergeFrom(CodedInputStream input)
    {
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
            if (!ReadField(tag, input))
                _unknown = UnknownFieldSet.MergeFieldFrom(_unknown, input);
    }

    public int CalculateSize()
    {
        var sink = new OnnxFieldSink(output: null);
        WriteFields(sink);
        return checked(sink.Size + (_unknown?.CalculateSize() ?? 0));
    }

    public void WriteTo(CodedOutputStream output)
    {
        WriteFields(new OnnxFieldSink(output));
        _unknown?.WriteTo(output);
    }

    /// <summary>Reads the field of a tag; false, with nothing read, for one that is not known.</summary>
    protected abstract bool ReadField(uint tag, CodedInputStream input);

    protected abstract void WriteFields(OnnxFieldSink sink);

    protected static void ReadInto<T>(List<T> list, CodedInputStream input)
        where T : OnnxMessage, new()
    {
        var message = new T();
        input.ReadMessage(message);
        Add(list, message);
    }

    protected static void Add<T>(List<T> list, T entry)
    {
        if (list.Count == MaxEntries)
            throw new InvalidDataException($"it has a list of more than {MaxEntries} entries");
        list.Add(entry);
    }

    /// <summary>A repeated integer: one value, or a packed run of them.</summary>
    protected static void ReadIntegers(uint tag, List<long> list, CodedInputStream input)
    {
        if ((tag & 7) == Varint)
        {
            list.Add(input.ReadInt64());
            return;
        }
        var packed = input.ReadBytes().CreateCodedInput();
        while (!packed.IsAtEnd)
            list.Add(packed.ReadInt64());
    }

    /// <summary>A repeated float: one value, or a packed run of them.</summary>
    protected static void ReadFloats(uint tag, List<float> list, CodedInputStream input)
    {
        if ((tag & 7) == Fixed32)
        {
            list.Add(input.ReadFloat());
            return;
        }
        var packed = input.ReadBytes().CreateCodedInput();
        while (!packed.IsAtEnd)
            list.Add(packed.ReadFloat());
    }
}
