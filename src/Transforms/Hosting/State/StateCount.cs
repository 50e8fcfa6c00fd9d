namespace HybridRec.MLNet.Hosting;

/// <summary>
/// Counts that a saved state declares. Whoever made the file may have declared anything, so nothing is allocated by a count that the rest
/// of the state cannot hold.
/// </summary>
internal static class StateCount
{
    // Nodes without an edge take no bytes; so many cost 64 MiB.
    private const int FreeNodes = 1 << 24;

    /// <summary>Reads the number of entries that follow.</summary>
    /// <param name="reader">The state.</param>
    /// <param name="bytesEach">Bytes that an entry takes at least, 1 or more.</param>
    /// <exception cref="EndOfStreamException">The state cannot hold so many.</exception>
    public static int Read(BinaryReader reader, int bytesEach) => Checked(reader, reader.ReadInt32(), bytesEach);

    /// <summary>A count that was read, checked.</summary>
    /// <param name="reader">The state, at the first entry.</param>
    /// <param name="count">The count.</param>
    /// <param name="bytesEach">Bytes that an entry takes at least, 1 or more.</param>
    /// <exception cref="EndOfStreamException">The state cannot hold so many.</exception>
    public static int Checked(BinaryReader reader, int count, int bytesEach)
    {
        long left = Left(reader);
        return count >= 0 && (long)count * bytesEach <= left
            ? count
            : throw new EndOfStreamException(
                FormattableString.Invariant($"{count} entries of {bytesEach} bytes or more are announced, and {left} bytes are left"));
    }

    /// <summary>Reads the number of nodes of a graph, some of which may have no edge and take no bytes.</summary>
    /// <param name="reader">The state.</param>
    /// <exception cref="EndOfStreamException">The state cannot hold so many.</exception>
    public static int ReadNodes(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        return count >= 0 && count <= Math.Max(FreeNodes, Left(reader))
            ? count
            : throw new EndOfStreamException(
                FormattableString.Invariant($"a graph of {count} nodes is announced, and {Left(reader)} bytes are left"));
    }

    private static long Left(BinaryReader reader) => reader.BaseStream.Length - reader.BaseStream.Position;
}
