namespace HybridRec.MLNet.Accel;

/// <summary>
/// The neighbors of each node that short random walks from it visit most, weighted by their share of these visits: PinSage's importance of
/// neighbors. A walk steps to a neighbor drawn evenly; visits of the node itself do not count. Both sides of the graph are visited: a
/// user's neighbors are items of its own, users like it, and their items. Source: Ying et al., "Graph Convolutional Neural Networks for
/// Web-Scale Recommender Systems", KDD 2018, section 3.1.
/// </summary>
internal static class RandomWalkNeighbors
{
    private const int NodesPerChunk = 256;

    /// <summary>Walks from every node; each has a random stream of its own, so the result does not depend on threads.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="walks">Walks from a node.</param>
    /// <param name="length">Steps of a walk.</param>
    /// <param name="top">Most neighbors kept: those with the most visits, of equals those visited first.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="threads">Threads; 0 takes all cores.</param>
    /// <param name="cancellation">Ends the call early.</param>
    /// <returns>NodeCount x NodeCount; the rows of nodes with an edge sum to 1, the others are empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static CsrMatrix Build(
        InteractionGraph graph, int walks, int length, int top, long seed, int threads = 0, CancellationToken cancellation = default)
    {
        Guard.AtLeast(walks, 1, nameof(walks));
        Guard.AtLeast(length, 1, nameof(length));
        Guard.AtLeast(top, 1, nameof(top));
        int nodes = graph.NodeCount;
        int chunks = (nodes + NodesPerChunk - 1) / NodesPerChunk;
        var parts = new (int[] Counts, int[] Columns, float[] Values)[chunks];
        Parallelism.For(chunks, threads, chunk =>
        {
            cancellation.ThrowIfCancellationRequested();
            int first = chunk * NodesPerChunk;
            parts[chunk] = Walk(graph, first, Math.Min(nodes, first + NodesPerChunk), walks, length, top, seed);
        });

        int[] offsets = new int[nodes + 1];
        for (int node = 0; node < nodes; node++)
            offsets[node + 1] = checked(offsets[node] + parts[node / NodesPerChunk].Counts[node % NodesPerChunk]);
        int[] columns = new int[offsets[nodes]];
        float[] values = new float[columns.Length];
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            int at = offsets[chunk * NodesPerChunk];
            parts[chunk].Columns.CopyTo(columns, at);
            parts[chunk].Values.CopyTo(values, at);
        }

        return new CsrMatrix(nodes, nodes, offsets, columns, values);
    }

    private static (int[] Counts, int[] Columns, float[] Values) Walk(
        InteractionGraph graph, int firstNode, int endNode, int walks, int length, int top, long seed)
    {
        int[] counts = new int[endNode - firstNode];
        var columns = new List<int>(counts.Length * top);
        var values = new List<float>(counts.Length * top);
        long[] visits = new long[checked(walks * length)];
        var found = new List<Visited>();
        for (int node = firstNode; node < endNode; node++)
        {
            Xoshiro256 random = Xoshiro256.Stream(seed, 0, node);
            int count = Visit(graph, node, walks, length, visits, ref random);
            Count(visits.AsSpan(0, count), found);
            found.Sort(static (a, b) => a.Visits != b.Visits ? b.Visits.CompareTo(a.Visits) : a.First.CompareTo(b.First));
            if (found.Count > top)
                found.RemoveRange(top, found.Count - top);
            found.Sort(static (a, b) => a.Node.CompareTo(b.Node));
            counts[node - firstNode] = found.Count;
            double sum = found.Sum(static v => (double)v.Visits);
            foreach (Visited visited in found)
            {
                columns.Add(visited.Node);
                values.Add((float)(visited.Visits / sum));
            }
        }

        return (counts, [.. columns], [.. values]);
    }

    // Each visit as node and number, so that sorting brings the visits of a node together, the first one ahead.
    private static int Visit(InteractionGraph graph, int start, int walks, int length, long[] visits, ref Xoshiro256 random)
    {
        int count = 0;
        if (Neighbors(graph, start).IsEmpty)
            return 0;
        for (int walk = 0; walk < walks; walk++)
        {
            int node = start;
            for (int step = 0; step < length; step++)
            {
                ReadOnlySpan<int> neighbors = Neighbors(graph, node);
                int drawn = neighbors[random.NextInt32(neighbors.Length)];
                node = node < graph.UserCount ? graph.UserCount + drawn : drawn;
                if (node == start)
                    continue;
                visits[count] = ((long)node << 32) | (uint)count;
                count++;
            }
        }

        return count;
    }

    private static void Count(Span<long> visits, List<Visited> found)
    {
        found.Clear();
        visits.Sort();
        for (int first = 0, end; first < visits.Length; first = end)
        {
            int node = (int)(visits[first] >> 32);
            for (end = first + 1; end < visits.Length && (int)(visits[end] >> 32) == node;)
                end++;
            found.Add(new Visited(node, end - first, (int)(uint)visits[first]));
        }
    }

    private static ReadOnlySpan<int> Neighbors(InteractionGraph graph, int node)
        => node < graph.UserCount ? graph.ItemsOf(node) : graph.UsersOf(node - graph.UserCount);

    private readonly record struct Visited(int Node, int Visits, int First);
}
