using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>Writes and reads filters with their form.</summary>
internal static class ItemFilters
{
    private enum Form : byte
    {
        TurboCf = 0,
        Dense = 1,
        Sparse = 2,
        Sharpening = 3,
        UserNeighbors = 4,
        Ials = 5,
    }

    /// <summary>Writes a filter.</summary>
    public static void Write(BinaryWriter writer, IItemFilter filter)
    {
        writer.Write((byte)(filter switch
        {
            TurboCfWeights => Form.TurboCf,
            DenseWeights => Form.Dense,
            SparseWeights => Form.Sparse,
            SharpeningFilter => Form.Sharpening,
            UserNeighborsFilter => Form.UserNeighbors,
            IalsFilter => Form.Ials,
            _ => throw new NotSupportedException($"{filter.GetType().Name} has no saved form"),
        }));
        filter.Write(writer);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="reader">The state.</param>
    /// <param name="graph">The graph it belongs to.</param>
    public static IItemFilter Read(BinaryReader reader, InteractionGraph graph)
    {
        var form = (Form)reader.ReadByte();
        return form switch
        {
            Form.TurboCf => TurboCfWeights.Read(reader, graph),
            Form.Dense => DenseWeights.Read(reader, graph.ItemCount),
            Form.Sparse => SparseWeights.Read(reader, graph.ItemCount),
            Form.Sharpening => SharpeningFilter.Read(reader, graph),
            Form.UserNeighbors => UserNeighborsFilter.Read(reader, graph),
            Form.Ials => IalsFilter.Read(reader, graph),
            _ => throw new FormatException($"there is no filter of form {(byte)form}"),
        };
    }
}
