using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Graph;

/// <summary>Tables of numbers in the state of a model.</summary>
internal static class TableIo
{
    public static void Write(BinaryWriter writer, float[] values) => writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));

    /// <exception cref="InvalidDataException">The state ends before the table does.</exception>
    public static float[] Read(BinaryReader reader, int length)
    {
        if (length < 0 || length * 4L > reader.BaseStream.Length - reader.BaseStream.Position)
            throw new InvalidDataException($"The state of GnnEmbedding ends before a table of {length} numbers does: it is damaged.");
        var values = new float[length];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
