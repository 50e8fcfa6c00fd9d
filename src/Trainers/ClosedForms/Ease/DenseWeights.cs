using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Dense;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>All items x items weights.</summary>
internal sealed class DenseWeights(RowPanels rows) : IItemWeights
{
    private const int TileColumns = 1024;

    /// <inheritdoc/>
    public int ItemCount => rows.Columns;

    /// <summary>Bytes of so many items' weights.</summary>
    public static long Bytes(int items) => (long)items * items * sizeof(float);

    /// <inheritdoc/>
    public void AddRow(int item, Span<float> scores) => TensorPrimitives.Add(scores, rows.Row(item), scores);

    /// <inheritdoc/>
    public float Weight(int item, int scored) => rows.Row(item)[scored];

    /// <summary>
    /// Reads each row once for all users who have the item, tile by tile of columns, so that their scores stay in the second-level cache.
    /// Sums in the order of a single user's: the numbers are the same.
    /// </summary>
    public void Score(InteractionGraph graph, ReadOnlySpan<int> users, Span<float> scores)
    {
        int length = 0;
        foreach (int user in users)
            length += graph.ItemsOf(user).Length;
        long[] byItem = ArrayPool<long>.Shared.Rent(length);
        for (int place = 0, next = 0; place < users.Length; place++)
        {
            foreach (int item in graph.ItemsOf(users[place]))
                byItem[next++] = ((long)item << 32) | (uint)place;
        }

        Array.Sort(byItem, 0, length);
        scores.Clear();
        for (int first = 0; first < ItemCount; first += TileColumns)
        {
            int width = Math.Min(TileColumns, ItemCount - first);
            foreach (long pair in byItem.AsSpan(0, length))
            {
                Span<float> sum = scores.Slice(((int)pair * ItemCount) + first, width);
                TensorPrimitives.Add(sum, rows.Row((int)(pair >> 32)).Slice(first, width), sum);
            }
        }

        ArrayPool<long>.Shared.Return(byItem);
    }

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
