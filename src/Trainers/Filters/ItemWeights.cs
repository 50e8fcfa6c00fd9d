using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Filters;

/// <summary>Writes and reads weights with their form.</summary>
internal static class ItemWeights
{
    private enum Form : byte
    {
        TurboCf = 0,
        Dense = 1,
        Sparse = 2,
    }

    /// <summary>Writes weights.</summary>
    public static void Write(BinaryWriter writer, IItemWeights weights)
    {
        writer.Write((byte)(weights switch { TurboCfWeights => Form.TurboCf, DenseWeights => Form.Dense, _ => Form.Sparse }));
        weights.Write(writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="reader">The state.</param>
    /// <param name="graph">The graph they belong to.</param>
    public static IItemWeights Read(BinaryReader reader, InteractionGraph graph)
    {
        var form = (Form)reader.ReadByte();
        return form switch
        {
            Form.TurboCf => TurboCfWeights.Read(reader, graph),
            Form.Dense => DenseWeights.Read(reader, graph.ItemCount),
            Form.Sparse => SparseWeights.Read(reader, graph.ItemCount),
            _ => throw new FormatException($"there are no weights of form {(byte)form}"),
        };
    }
}
