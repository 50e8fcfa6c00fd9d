using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Filters;

/// <summary>Arrays and graphs in a saved state; what a damaged one says is checked before it is used.</summary>
internal static class FilterIo
{
    /// <summary>Reads so many numbers.</summary>
    /// <exception cref="EndOfStreamException">There are not that many.</exception>
    public static int[] ReadInts(BinaryReader reader, int count)
    {
        if (count < 0 || (long)count * sizeof(int) > reader.BaseStream.Length - reader.BaseStream.Position)
            throw new EndOfStreamException($"{count} numbers are announced, which are not there");
        int[] values = new int[count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>Refuses offsets that do not ascend from 0.</summary>
    /// <exception cref="FormatException">They do not.</exception>
    public static void CheckRows(int[] offsets, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            if (offsets[0] != 0 || offsets[row + 1] < offsets[row])
                throw new FormatException($"row {row} begins at {offsets[row]} and ends at {offsets[row + 1]}");
        }
    }

    /// <summary>Refuses indices outside 0 to count - 1.</summary>
    /// <exception cref="FormatException">One is.</exception>
    public static void CheckIndices(int[] indices, int count)
    {
        foreach (int index in indices)
        {
            if ((uint)index >= (uint)count)
                throw new FormatException($"index {index} of {count}");
        }
    }

    /// <summary>Writes who has what.</summary>
    public static void Write(BinaryWriter writer, InteractionGraph graph)
    {
        writer.Write(graph.UserCount);
        writer.Write(graph.ItemCount);
        for (int user = 0; user < graph.UserCount; user++)
        {
            var items = graph.ItemsOf(user);
            writer.Write(items.Length);
            writer.Write(MemoryMarshal.AsBytes(items));
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static InteractionGraph ReadGraph(BinaryReader reader)
    {
        int users = reader.ReadInt32(), items = reader.ReadInt32();
        List<int> userOf = [], itemOf = [];
        for (int user = 0; user < users; user++)
        {
            int[] own = ReadInts(reader, reader.ReadInt32());
            userOf.AddRange(Enumerable.Repeat(user, own.Length));
            itemOf.AddRange(own);
        }
        return InteractionGraph.FromPairs(users, items, [.. userOf], [.. itemOf]);
    }
}
