namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// Some neighboring columns of one row of a product, held in registers while the row's entries are added up. Every tile adds
/// the same terms in the same order with one rounding each (fused multiply-add), so a value does not depend on the tile that
/// its column falls into, nor on the width of the registers.
/// </summary>
internal unsafe interface ISpmmTile
{
    /// <summary>Words of 32 bits that the tile reads of a row of the table gathered: to the right of them begins the next tile.</summary>
    static abstract int Words { get; }

    /// <summary>How many columns to the right in the result the next tile begins.</summary>
    static abstract int Columns { get; }

    /// <summary>Adds weight * row, element by element.</summary>
    void Add(float weight, float* row);

    /// <summary>Writes the sums.</summary>
    void Store(float* row);
}
