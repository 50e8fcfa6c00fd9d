using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Hosting;

/// <summary>Graphs in a saved state; what a damaged one says is checked before it is used.</summary>
internal static class GraphIo
{
    /// <summary>Writes who has what.</summary>
    public static void Write(BinaryWriter writer, InteractionGraph graph)
    {
        writer.Write(graph.UserCount);
        writer.Write(graph.ItemCount);
        for (int user = 0; user < graph.UserCount; user++)
        {
            ReadOnlySpan<int> items = graph.ItemsOf(user);
            writer.Write(items.Length);
            writer.Write(MemoryMarshal.AsBytes(items));
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="EndOfStreamException">It ends too early.</exception>
    /// <exception cref="ArgumentException">An item does not exist.</exception>
    public static InteractionGraph Read(BinaryReader reader)
    {
        int users = reader.ReadInt32(), items = StateCount.ReadNodes(reader);
        StateCount.Checked(reader, users, sizeof(int)); // each has a count of its own
        List<int> userOf = [], itemOf = [];
        for (int user = 0; user < users; user++)
        {
            int[] own = ReadInts(reader, reader.ReadInt32());
            CollectionsMarshal.SetCount(userOf, userOf.Count + own.Length);
            CollectionsMarshal.AsSpan(userOf)[^own.Length..].Fill(user);
            itemOf.AddRange(own);
        }
        return InteractionGraph.FromPairs(users, items, CollectionsMarshal.AsSpan(userOf), CollectionsMarshal.AsSpan(itemOf));
    }

    /// <summary>Reads so many numbers.</summary>
    /// <exception cref="EndOfStreamException">There are not that many.</exception>
    public static int[] ReadInts(BinaryReader reader, int count)
    {
        int[] values = new int[StateCount.Checked(reader, count, sizeof(int))];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
