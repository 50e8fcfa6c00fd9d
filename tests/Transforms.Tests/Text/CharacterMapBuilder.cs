using System.Buffers.Binary;
using System.Text;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>Writes a precompiled_charsmap: a Darts double array, placed by trying offsets, and its pool of replacements.</summary>
internal static class CharacterMapBuilder
{
    private const int Units = 4096;

    public static byte[] Build(SortedDictionary<string, string> map)
    {
        var pool = new List<byte>();
        var root = new Node();
        foreach (var (key, value) in map)
        {
            var node = root;
            foreach (byte b in Encoding.UTF8.GetBytes(key))
                node = node.Next.TryGetValue(b, out var next) ? next : node.Next[b] = new Node();
            node.Value = pool.Count;
            pool.AddRange(Encoding.UTF8.GetBytes(value));
            pool.Add(0);
        }
        uint[] units = new uint[Units];
        bool[] used = new bool[Units];
        used[0] = true;
        Place(root, 0, 0, units, used);
        byte[] result = new byte[4 + Units * 4 + pool.Count];
        BinaryPrimitives.WriteInt32LittleEndian(result, Units * 4);
        for (int i = 0; i < Units; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(result.AsSpan(4 + i * 4), units[i]);
        pool.CopyTo(result, 4 + Units * 4);
        return result;
    }

    private static void Place(Node node, uint position, byte label, uint[] units, bool[] used)
    {
        // A unit: bits 0-7 label, bit 8 has a value, bits 10 and up the offset to the children (position ^ offset ^
        // label); a value unit has bit 31.
        var labels = new List<byte>(node.Next.Keys);
        if (node.Value >= 0)
            labels.Add(0);
        uint offset = 1;
        while (labels.Exists(l => (position ^ offset ^ l) >= Units || used[position ^ offset ^ l]))
            offset++;
        uint children = position ^ offset;
        foreach (byte l in labels)
            used[children ^ l] = true;
        units[position] = offset << 10 | (node.Value >= 0 ? 1u << 8 : 0) | label;
        if (node.Value >= 0)
            units[children] = 1u << 31 | (uint)node.Value;
        foreach (var (l, child) in node.Next)
            Place(child, children ^ l, l, units, used);
    }

    private sealed class Node
    {
        public SortedDictionary<byte, Node> Next { get; } = [];

        public int Value { get; set; } = -1;
    }
}
