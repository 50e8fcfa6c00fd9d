using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel.Dense;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>All items x items weights.</summary>
internal sealed class DenseWeights(RowPanels rows) : IItemWeights
{
    /// <inheritdoc/>
    public int ItemCount => rows.Columns;

    /// <summary>Bytes of so many items' weights.</summary>
    public static long Bytes(int items) => (long)items * items * sizeof(float);

    /// <inheritdoc/>
    public void AddRow(int item, Span<float> scores) => TensorPrimitives.Add(scores, rows.Row(item), scores);

    /// <inheritdoc/>
    public float Weight(int item, int scored) => rows.Row(item)[scored];

    /// <inheritdoc/>
    public void Write(BinaryWriter writer)
    {
        if (Bytes(ItemCount) > Array.MaxLength - (1 << 26))
        {
            throw new InvalidOperationException(
                $"{StageNames.GraphFilter}: {ItemCount} x {ItemCount} weights are {Bytes(ItemCount) >> 20} MiB, and a saved state holds " +
                "less than 2048. Fit with MemoryLimitMiB = 1900 to have a model that can be saved.");
        }

        writer.Write(rows.PanelRows);
        foreach (float[] panel in rows.Panels)
            writer.Write(MemoryMarshal.AsBytes(panel.AsSpan()));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static DenseWeights Read(BinaryReader reader, int items)
    {
        int panelRows = reader.ReadInt32();
        if (panelRows < 1)
            throw new FormatException($"panels of {panelRows} rows");
        if (Bytes(items) > reader.BaseStream.Length - reader.BaseStream.Position)
            throw new EndOfStreamException($"the weights of {items} items are cut off");
        var rows = new RowPanels(items, items, panelRows);
        for (int first = 0; first < items; first += panelRows)
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(rows.Add().AsSpan()));
        return new DenseWeights(rows);
    }
}
