namespace HybridRec.MLNet.Accel;

/// <summary>The size of one aggregation, which cost models read.</summary>
/// <param name="Edges">Entries of the matrix.</param>
/// <param name="Rows">Rows of the result.</param>
/// <param name="Columns">Rows of the table gathered from.</param>
/// <param name="Dimension">Length of the rows.</param>
/// <param name="Int8">Whether tables are of 8 bits; else of Single.</param>
public sealed record AggregationWork(long Edges, int Rows, int Columns, int Dimension, bool Int8)
{
    /// <summary>Bytes of a row.</summary>
    public long RowBytes => Int8 ? Dimension : 4L * Dimension;

    /// <summary>Bytes of the table.</summary>
    public long TableBytes => Columns * RowBytes;

    /// <summary>Bytes of all rows gathered, each as often as it is.</summary>
    public long GatheredBytes => Edges * RowBytes;

    /// <summary>Bytes of the weights.</summary>
    public long WeightBytes => Edges * (Int8 ? 2 : 4);

    /// <summary>Bytes of the result.</summary>
    public long ResultBytes => Rows * RowBytes;

    /// <summary>The work of an aggregation in 8 bits.</summary>
    /// <param name="adjacency">The matrix.</param>
    /// <param name="dimension">Length of the rows.</param>
    /// <returns>The work.</returns>
    /// <exception cref="ArgumentNullException">The matrix is null.</exception>
    public static AggregationWork Of(Int16Adjacency adjacency, int dimension)
    {
        ArgumentNullException.ThrowIfNull(adjacency);
        return new AggregationWork(adjacency.NonZeros, adjacency.Rows, adjacency.Columns, dimension, Int8: true);
    }

    /// <summary>The work of an aggregation in Single.</summary>
    /// <param name="adjacency">The matrix.</param>
    /// <param name="dimension">Length of the rows.</param>
    /// <returns>The work.</returns>
    /// <exception cref="ArgumentNullException">The matrix is null.</exception>
    public static AggregationWork Of(CsrMatrix adjacency, int dimension)
    {
        ArgumentNullException.ThrowIfNull(adjacency);
        return new AggregationWork(adjacency.NonZeros, adjacency.Rows, adjacency.Columns, dimension, Int8: false);
    }
}
