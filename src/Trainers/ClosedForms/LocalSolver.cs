using System.Collections.Concurrent;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// EASE and L3AE for item sets whose weights do not fit as a matrix: the column of item j is solved over a support S_j alone, the items closest to it,
/// (X_S^T X_S + l I) b = X_S^T x_j + l_E C_Sj with l = l_X + l_E, and is zero elsewhere. j is not in its support, which is EASE's constraint. With all
/// other items as the support it is the exact solution. Ning and Karypis choose supports so (fsSLIM, ICDM 2011).
/// </summary>
internal static class LocalSolver
{
    /// <summary>Fewer neighbors than this say too little to be called a solution.</summary>
    public const int LeastNeighbors = 8;

    // An item and a weight, once by columns and once by rows.
    private const int BytesPerWeight = 2 * (sizeof(int) + sizeof(float));
    private const int ChunkItems = 64;

    /// <summary>How many neighbors an item may have.</summary>
    /// <param name="items">Items.</param>
    /// <param name="options">The memory limit and the wish.</param>
    /// <exception cref="InvalidOperationException">Not even the fewest fit.</exception>
    public static int NeighborsWithin(int items, GraphFilterOptions options)
    {
        long fitting = ((long)options.MemoryLimitMiB << 20) / ((long)items * BytesPerWeight);
        long neighbors = Math.Min(Math.Min(options.Neighbors, items - 1), fitting);
        if (fitting < Math.Min(LeastNeighbors, options.Neighbors))
            throw new InvalidOperationException(
                $"{GraphFilterTrainer.Stage}: {options.Kind} over {items} items needs {Math.Max(1, ((long)items * BytesPerWeight * LeastNeighbors) >> 20)} MiB for {LeastNeighbors} neighbors an item, but MemoryLimitMiB is "
                + $"{options.MemoryLimitMiB}. Raise it, or take GraphFilterKind.TurboCf, whose memory does not grow with the items.");
        return (int)Math.Max(1, neighbors);
    }

    /// <summary>Solves every item's column.</summary>
    /// <param name="graph">Positives.</param>
    /// <param name="text">C; null for EASE.</param>
    /// <param name="options">Lambdas and threads.</param>
    /// <param name="neighbors">Largest support.</param>
    /// <param name="step">Told the number of each step and how many there are; may throw to cancel.</param>
    public static SparseWeights Solve(InteractionGraph graph, TextLinks? text, GraphFilterOptions options, int neighbors, Action<int, int> step)
    {
        int items = graph.ItemCount;
        float lambdaE = text is null ? 0 : options.LambdaE;
        int[][] supports = new int[items][];
        float[][] weights = new float[items][];
        var columns = new ConcurrentBag<LocalColumn>();
        int chunks = (items + ChunkItems - 1) / ChunkItems, batch = Math.Max(1, chunks / 100);
        for (int first = 0; first < chunks; first += batch)
        {
            step(first / batch, (chunks + batch - 1) / batch);
            Parallelism.For(Math.Min(batch, chunks - first), options.Threads, n =>
            {
                if (!columns.TryTake(out var column))
                    column = new LocalColumn(graph, text, neighbors, options.LambdaX + lambdaE, lambdaE);
                int start = (first + n) * ChunkItems, end = Math.Min(items, start + ChunkItems);
                for (int item = start; item < end; item++)
                    (supports[item], weights[item]) = column.Solve(item);
                columns.Add(column);
            });
        }
        return SparseWeights.FromColumns(supports, weights);
    }
}
