using System.Numerics;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// How rows lie in the memory of a device: whole beats, a power of two bytes apart, so that no burst crosses a border of 4 KiB.
/// </summary>
/// <param name="Beats">Beats of a row of the table.</param>
/// <param name="Lanes">Numbers of a beat.</param>
/// <param name="TableStride">Bytes from one row of the table to the next.</param>
/// <param name="ResultStride">Bytes from one row of the result to the next.</param>
/// <param name="Raw">Whether results are sums of 32 bits.</param>
internal readonly record struct RowLayout(int Beats, int Lanes, int TableStride, int ResultStride, bool Raw)
{
    /// <summary>The kernel's word for it.</summary>
    public uint Format => (uint)(Beats - 1) | ((uint)BitOperations.Log2((uint)TableStride) << 8)
        | ((uint)BitOperations.Log2((uint)ResultStride) << 16) | (Raw ? 1u << 24 : 0);
}
