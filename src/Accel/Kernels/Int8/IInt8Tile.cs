namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// The 32-bit sums of a block of columns of one row, held in registers while entries are added two by two:
/// <c>sum_j += w_0 x_0j + w_1 x_1j</c>, one multiply-add of 16-bit pairs for each lane.
/// <para>Four registers share a block: register i, lane k holds column 4k + i. Then the bytes of two neighbors become pairs of words by
/// shifts and masks alone, without a shuffle, and four registers of results become the bytes of a row by shifts and masks again.</para>
/// </summary>
internal unsafe interface IInt8Tile
{
    /// <summary>Columns of a tile.</summary>
    static abstract int Width { get; }

    /// <summary>Adds two entries; the weights lie in the lower and the upper half of a word.</summary>
    void Add(int weights, sbyte* first, sbyte* second);

    /// <summary>Writes the sums, register after register.</summary>
    void Store(int* sums);
}
