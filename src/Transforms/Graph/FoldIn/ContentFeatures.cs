namespace HybridRec.MLNet.Graph;

/// <summary>The features of items that AlphaRec's users are the mean of.</summary>
/// <param name="Width">Features of an item.</param>
/// <param name="Rows">Items x width, centerd and scaled; zero where an item has none.</param>
/// <param name="Present">Which items have features.</param>
internal sealed record ContentFeatures(int Width, float[] Rows, bool[] Present)
{
    public static ContentFeatures Read(BinaryReader reader, int items)
    {
        int width = reader.ReadInt32();
        if (width < 1)
            throw new InvalidDataException($"Features of {width} numbers are impossible: the state of GnnEmbedding is damaged.");
        var present = new bool[items];
        reader.BaseStream.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(present.AsSpan()));
        return new ContentFeatures(width, TableIo.Read(reader, checked(items * width)), present);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Width);
        writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(Present.AsSpan()));
        TableIo.Write(writer, Rows);
    }
}
