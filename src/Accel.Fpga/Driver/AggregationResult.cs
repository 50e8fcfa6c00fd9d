using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Accel;

/// <summary>Where rows of a device go.</summary>
internal abstract class AggregationResult
{
    public abstract bool Raw { get; }

    /// <summary>Takes a row.</summary>
    /// <param name="row">Its number.</param>
    /// <param name="bytes">It, and padding.</param>
    /// <param name="shift">Its shift.</param>
    public abstract void Take(int row, ReadOnlySpan<byte> bytes, int shift);
}

/// <summary>Rows of 8 bits into a table.</summary>
internal sealed class PackedResult(Int16Adjacency adjacency, Int8Table table) : AggregationResult
{
    public override bool Raw => false;

    public override void Take(int row, ReadOnlySpan<byte> bytes, int shift)
    {
        MemoryMarshal.Cast<byte, sbyte>(bytes[..table.Dimension]).CopyTo(table.Storage.Span[(row * table.RowStride)..]);
        table.WritableScales[row] = BlockFloat.Scale(adjacency.RowScales[row], shift, row);
    }
}

/// <summary>Sums.</summary>
internal sealed class RawResult(Memory<int> sums, int dimension) : AggregationResult
{
    public override bool Raw => true;

    public override void Take(int row, ReadOnlySpan<byte> bytes, int shift) =>
        MemoryMarshal.Cast<byte, int>(bytes)[..dimension].CopyTo(sums.Span[(row * dimension)..]);
}
