using System.Collections.Concurrent;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// EASE and L3AE for items whose weights do not fit as a matrix: the column of item j is solved over a support S_j alone, the items closest
/// to it, (X_S^T X_S + l I) b = X_S^T x_j + l_E C_Sj with l = l_X + l_E, and is zero elsewhere. j is not in its support, which is EASE's
/// constraint. With all other items as the support it is the exact solution. Ning and Karypis choose supports so (fsSLIM, ICDM 2011).
/// </summary>
internal static class LocalSolver
{
    /// <summary>Fewer neighbors than this say too little to be called a solution.</summary>
    public const int LeastNeighbors = 8;

    // An item and a weight, once by columns and once by rows.
    private const int BytesPerWeight = 2 * (sizeof(int) + sizeof(float));
    private const int ChunkItems = 64;

    /// <summary>
    /// How many neighbors an item may have; null where all weights fit the memory limit, so that nothing has to be left out.
    /// </summary>
    /// <param name="fit">The memory limit; its log is told what is left out.</param>
    /// <param name="kind">The closed form, for messages.</param>
    /// <param name="wished">Most neighbors.</param>
    /// <exception cref="InvalidOperationException">Not even the fewest fit.</exception>
    public static int? SupportWithin(FilterFit fit, FilterKind kind, int wished)
    {
        int items = fit.Graph.ItemCount;
        long bytes = DenseWeights.Bytes(items);
        if (bytes <= fit.MemoryLimit)
            return null;
        int neighbors = NeighborsWithin(items, fit.MemoryLimitMiB, kind, wished);
        fit.Warn(
            $"{items} x {items} weights are {bytes >> 20} MiB, more than MemoryLimitMiB = {fit.MemoryLimitMiB}: each item is regressed on its {neighbors} closest items only. Raise the limit for the exact solution.");
        return neighbors;
    }

    /// <summary>How many neighbors an item may have where the matrix does not fit.</summary>
    /// <exception cref="InvalidOperationException">Not even the fewest fit.</exception>
    public static int NeighborsWithin(int items, int memoryLimitMiB, FilterKind kind, int wished)
    {
        long fitting = ((long)memoryLimitMiB << 20) / ((long)items * BytesPerWeight);
        long neighbors = Math.Min(Math.Min(wished, items - 1), fitting);
        if (fitting < Math.Min(LeastNeighbors, wished))
        {
            throw new InvalidOperationException(
                $"{StageNames.GraphFilter}: {kind} over {items} items needs "
                + $"{Math.Max(1, ((long)items * BytesPerWeight * LeastNeighbors) >> 20)} MiB for {LeastNeighbors} neighbors an item, but "
                + $"MemoryLimitMiB is {memoryLimitMiB}. Raise it, or take ClosedForm.TurboCf, whose memory does not grow with the items.");
        }

        return (int)Math.Max(1, neighbors);
    }

    /// <summary>Solves every item's column.</summary>
    /// <param name="graph">Positives.</param>
    /// <param name="text">C; null for EASE.</param>
    /// <param name="lambdaX">l_X.</param>
    /// <param name="lambdaE">l_E; 0 for EASE.</param>
    /// <param name="neighbors">Largest support.</param>
    /// <param name="threads">Threads; 0: all cores. The result does not depend on it.</param>
    /// <param name="step">Told the number of each step and how many there are; may throw to cancel.</param>
    public static SparseWeights Solve(
        InteractionGraph graph, TextLinks? text, float lambdaX, float lambdaE, int neighbors, int threads, Action<int, int> step)
    {
        int items = graph.ItemCount;
        int[][] supports = new int[items][];
        float[][] weights = new float[items][];
        var columns = new ConcurrentBag<LocalColumn>();
        int chunks = (items + ChunkItems - 1) / ChunkItems, batch = Math.Max(1, chunks / 100);
        for (int first = 0; first < chunks; first += batch)
        {
            step(first / batch, (chunks + batch - 1) / batch);
            Parallelism.For(Math.Min(batch, chunks - first), threads, n =>
            {
                if (!columns.TryTake(out var column))
                    column = new LocalColumn(graph, text, neighbors, lambdaX + lambdaE, lambdaE);
                int start = (first + n) * ChunkItems, end = Math.Min(items, start + ChunkItems);
                for (int item = start; item < end; item++)
                    (supports[item], weights[item]) = column.Solve(item);
                columns.Add(column);
            });
        }
        return SparseWeights.FromColumns(supports, weights);
    }
}
