namespace HybridRec.MLNet.Accel;

/// <summary>
/// How far an approximate index must look for a recall: the least effort, growing by a quarter, at which its lists hold that share of
/// the exact ones of some queries.
/// </summary>
/// <param name="queries">Queries x dimension, such as those that will be asked.</param>
/// <param name="dimension">Length of a query.</param>
/// <param name="depth">Length of the lists.</param>
/// <param name="recall">The recall wanted, in (0, 1].</param>
internal readonly struct RecallCalibration(ReadOnlyMemory<float> queries, int dimension, int depth, double recall)
{
    /// <summary>Searches with some effort.</summary>
    /// <returns>How many rows were found.</returns>
    public delegate int Searcher(ReadOnlySpan<float> query, int effort, Span<int> rows, Span<float> scores);

    /// <summary>Tries efforts.</summary>
    /// <param name="first">The least effort.</param>
    /// <param name="most">The effort that is exact.</param>
    /// <param name="search">The search.</param>
    /// <param name="threads">Threads; 0 takes all cores. The result does not depend on it.</param>
    /// <param name="cancellationToken">Stops between queries.</param>
    /// <returns>The effort and the recall measured at it; the most and 1 where no smaller one suffices, or there are no queries.</returns>
    public (int Effort, double Recall) Fit(int first, int most, Searcher search, int threads, CancellationToken cancellationToken)
    {
        int count = queries.Length / dimension;
        if (count == 0 || depth == 0)
            return (most, 1);
        int[][] exact = Lists(most, search, threads, cancellationToken);
        for (int effort = first; effort < most; effort = Math.Max(effort + 1, effort * 5 / 4))
        {
            double reached = Lists(effort, search, threads, cancellationToken).Zip(exact, (found, best) => found.Intersect(best).Count())
                .Sum() / ((double)count * depth);
            if (reached >= recall)
                return (effort, reached);
        }

        return (most, 1);
    }

    private int[][] Lists(int effort, Searcher search, int threads, CancellationToken cancellationToken)
    {
        var (vectors, d, k) = (queries, dimension, depth);
        int[][] lists = new int[vectors.Length / d][];
        Parallelism.For(lists.Length, threads, q =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] rows = new int[k];
            lists[q] = rows[..search(vectors.Span.Slice(q * d, d), effort, rows, new float[k])];
        });
        return lists;
    }
}
