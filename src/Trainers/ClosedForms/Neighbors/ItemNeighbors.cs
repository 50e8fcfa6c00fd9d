using System.Collections.Concurrent;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>The weights of ItemKNN: one walk over the users of an item gives its similarities to all others.</summary>
internal static class ItemNeighbors
{
    private const int ChunkItems = 64;

    /// <summary>Finds the neighbors of every item.</summary>
    /// <param name="graph">Positives.</param>
    /// <param name="neighbors">The most an item keeps.</param>
    /// <param name="similarity">The similarity.</param>
    /// <param name="shrinkage">Users for half of it.</param>
    /// <param name="recency">r of each edge, users one after another; null: all 1.</param>
    /// <param name="threads">Threads; 0: all cores. The result does not depend on it.</param>
    /// <param name="step">Told the number of each step and how many there are; may throw to cancel.</param>
    public static SparseWeights Solve(
        InteractionGraph graph, int neighbors, KnnSimilarity similarity, float shrinkage, float[]? recency, int threads,
        Action<int, int> step)
    {
        int items = graph.ItemCount;
        int[] offsets = KnnWeights.Offsets(graph);
        float[] shared = KnnWeights.OfShared(similarity, graph.UserCount, user => graph.ItemsOf(user).Length, items);
        int[] degrees = [.. Enumerable.Range(0, items).Select(item => graph.UsersOf(item).Length)];
        double[] squares = [.. degrees.Select(degree => (double)degree)];
        if (recency is not null)
        {
            Array.Clear(squares);
            for (int user = 0; user < graph.UserCount; user++)
            {
                for (int e = offsets[user]; e < offsets[user + 1]; e++)
                    squares[graph.ItemsOf(user)[e - offsets[user]]] += (double)recency[e] * recency[e];
            }
        }

        float[] factors = KnnWeights.OfNodes(similarity, degrees, squares);
        int[][] rows = new int[items][];
        float[][] weights = new float[items][];
        var walks = new ConcurrentBag<Walk>();
        int chunks = (items + ChunkItems - 1) / ChunkItems, batch = Math.Max(1, chunks / 100);
        for (int first = 0; first < chunks; first += batch)
        {
            step(first / batch, (chunks + batch - 1) / batch);
            Parallelism.For(Math.Min(batch, chunks - first), threads, n =>
            {
                if (!walks.TryTake(out var walk))
                    walk = new Walk(graph, offsets, shared, factors, recency, neighbors, shrinkage);
                int start = (first + n) * ChunkItems, end = Math.Min(items, start + ChunkItems);
                for (int item = start; item < end; item++)
                    (rows[item], weights[item]) = walk.Neighbors(item);
                walks.Add(walk);
            });
        }

        return SparseWeights.FromRows(rows, weights);
    }

    /// <summary>Owns its scratch, so one a thread.</summary>
    private sealed class Walk(
        InteractionGraph graph, int[] offsets, float[] shared, float[] factors, float[]? recency, int neighbors, float shrinkage)
    {
        private readonly float[] _sums = new float[graph.ItemCount];
        private readonly int[] _counts = new int[graph.ItemCount];
        private readonly List<int> _touched = [];
        private readonly int[] _best = new int[neighbors];
        private readonly float[] _scores = new float[neighbors];

        /// <summary>The neighbors of an item, ascending, and their similarities.</summary>
        public (int[] Items, float[] Weights) Neighbors(int item)
        {
            foreach (int user in graph.UsersOf(item))
                Add(user, item);
            foreach (int other in _touched)
                _sums[other] *= factors[item] * factors[other] * (_counts[other] / (_counts[other] + shrinkage));
            int found = TopKKernel.Select(_sums, [item], _best, _scores);
            while (found > 0 && !(_scores[found - 1] > 0))
                found--;
            int[] items = _best[..found];
            Array.Sort(items);
            float[] weights = Array.ConvertAll(items, other => _sums[other]);
            foreach (int other in _touched)
                (_sums[other], _counts[other]) = (0, 0);
            _touched.Clear();
            return (items, weights);
        }

        private void Add(int user, int item)
        {
            var others = graph.ItemsOf(user);
            float weight = shared[user];
            if (recency is not null)
                weight *= recency[offsets[user] + others.BinarySearch(item)];
            for (int n = 0; n < others.Length; n++)
            {
                int other = others[n];
                if (_counts[other]++ == 0)
                    _touched.Add(other);
                _sums[other] += recency is null ? weight : weight * recency[offsets[user] + n];
            }
        }
    }
}
