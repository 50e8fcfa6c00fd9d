namespace HybridRec.MLNet.Accel;

/// <summary>
/// An approximate index of the rows of a table by their inner products with a query, such as a graph of near neighbors (HNSW). It never
/// changes and is safe from many threads. Whoever asks scores the rows again, so an index may round them.
/// </summary>
public interface IVectorIndex
{
    /// <summary>
    /// Finds rows with large inner products. How many are asked for is how far the index looks: more of them have more of the best.
    /// </summary>
    /// <param name="query">As long as a row, finite.</param>
    /// <param name="rows">Receives distinct rows, in any order; as many as it is long, or all that the index found.</param>
    /// <returns>How many were found.</returns>
    int Search(ReadOnlySpan<float> query, Span<int> rows);
}
