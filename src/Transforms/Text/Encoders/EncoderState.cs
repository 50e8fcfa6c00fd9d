using System.Collections.Concurrent;
using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet.Text;

/// <summary>
/// What the saved forms of fitted encoders consist of, and the readers that other assemblies register. <see cref="EncoderKinds"/>
/// reads and writes the encoders.
/// </summary>
internal static class EncoderState
{
    private static readonly ConcurrentDictionary<string, Func<BinaryReader, FittedEncoder>> s_readers = new(StringComparer.Ordinal);

    /// <summary>Registers the reader of a kind of another assembly, <c>ASSEMBLY/NAME</c>; called by its module initializer.</summary>
    public static void Register(string kind, Func<BinaryReader, FittedEncoder> reader) => s_readers[kind] = reader;

    /// <summary>The reader of a kind of another assembly.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static Func<BinaryReader, FittedEncoder> ReaderOf(string kind)
    {
        int slash = kind.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && !s_readers.ContainsKey(kind))
            StateReaders.RunInitializers(kind, kind[..slash]);
        return s_readers.TryGetValue(kind, out var reader) ? reader : throw new InvalidDataException(
            $"The saved model holds a text encoder of kind '{kind}', which this version of HybridRec.MLNet does not know. Load it with " +
            "the version that saved it.");
    }

    public static void WriteHash(BinaryWriter writer, UInt128 hash)
    {
        writer.Write((ulong)(hash >> 64));
        writer.Write((ulong)hash);
    }

    public static UInt128 ReadHash(BinaryReader reader)
    {
        ulong high = reader.ReadUInt64();
        return new UInt128(high, reader.ReadUInt64());
    }

    public static void WriteFloats(BinaryWriter writer, ReadOnlySpan<float> values)
    {
        writer.Write(values.Length);
        writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values));
    }

    public static float[] ReadFloats(BinaryReader reader)
    {
        float[] values = new float[CheckedCount(reader, sizeof(float))];
        reader.BaseStream.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public static void WriteIntegers(BinaryWriter writer, ReadOnlySpan<int> values)
    {
        writer.Write(values.Length);
        writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values));
    }

    public static int[] ReadIntegers(BinaryReader reader)
    {
        int[] values = new int[CheckedCount(reader, sizeof(int))];
        reader.BaseStream.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public static byte[] ReadBytes(BinaryReader reader)
    {
        byte[] bytes = new byte[CheckedCount(reader, 1)];
        reader.BaseStream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>A count that the rest of the stream can hold: a damaged one must not ask for gigabytes.</summary>
    public static int CheckedCount(BinaryReader reader, int bytesEach)
    {
        int count = reader.ReadInt32();
        long left = reader.BaseStream.Length - reader.BaseStream.Position;
        return count >= 0 && (long)count * bytesEach <= left
            ? count
            : throw new InvalidDataException(
                $"The saved text encoder is damaged: it claims {count} entries of {bytesEach} bytes with {left} bytes left.");
    }
}
