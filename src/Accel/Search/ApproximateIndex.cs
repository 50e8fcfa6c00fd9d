namespace HybridRec.MLNet.Accel;

/// <summary>
/// Approximate search for the largest inner products with a recall that was calibrated. Equal scores come by
/// ascending row; immutable, thread-safe.
/// </summary>
internal abstract class ApproximateIndex
{
    /// <summary>The recall that the calibration measured; 1 where everything is scanned.</summary>
    public double Recall { get; protected set; } = 1;

    /// <summary>The index of a table whose rows changed, or that has more at its end. The calibration stays.</summary>
    /// <param name="table">The rows of now.</param>
    /// <param name="changed">Rows that are new or other than before.</param>
    /// <param name="threads">Threads; 0 takes all cores.</param>
    /// <param name="cancellationToken">Stops the building.</param>
    public abstract ApproximateIndex With(VectorTable table, int[] changed, int threads, CancellationToken cancellationToken);

    /// <summary>
    /// The rows with the largest inner products, best first, as far as the index finds them. A list is as long as the table allows.
    /// </summary>
    /// <param name="query">Dimension elements, finite.</param>
    /// <param name="excludedSorted">Rows to leave out, ascending.</param>
    /// <param name="rows">Receives the rows; its length is K.</param>
    /// <param name="scores">Receives the inner products; K long.</param>
    /// <returns>How many were found.</returns>
    public abstract int Search(ReadOnlySpan<float> query, ReadOnlySpan<int> excludedSorted, Span<int> rows, Span<float> scores);
}
