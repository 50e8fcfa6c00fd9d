namespace HybridRec.MLNet.Accel;

/// <summary>
/// Of every node of a table k sampled neighbors, by a backend, as a matrix: <c>S_vu = (times u was drawn for v) / (draws of v)</c>, so that
/// <c>S x</c> is the mean over the sample. By importance that is without bias for the mean by weights. A row depends on the table, the node
/// and the seed alone: the same on every backend, and for all nodes at once as for one.
/// </summary>
internal static class SampledAdjacency
{
    private const int NodesPerPiece = 1 << 16;

    /// <summary>Draws it.</summary>
    /// <param name="table">The lists.</param>
    /// <param name="fanout">Most neighbors of a node.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="backend">What draws.</param>
    /// <returns>A matrix of the shape of the lists' graph.</returns>
    /// <exception cref="ArgumentException">The fanout is more than the backend draws.</exception>
    /// <exception cref="NotSupportedException">The backend does not sample.</exception>
    public static CsrMatrix Draw(NeighborTable table, int fanout, uint seed, IAggregationBackend backend)
    {
        int rows = table.Graph.Rows;
        int[] offsets = new int[rows + 1];
        var columns = new List<int>();
        var values = new List<float>();
        int[] nodes = new int[Math.Min(rows, NodesPerPiece)], counts = new int[nodes.Length], drawn = new int[nodes.Length * fanout];
        for (int first = 0; first < rows; first += NodesPerPiece)
        {
            int count = Math.Min(NodesPerPiece, rows - first);
            for (int i = 0; i < count; i++)
                nodes[i] = first + i;
            backend.Sample(table, nodes.AsMemory(0, count), fanout, seed, drawn.AsMemory(0, count * fanout), counts.AsMemory(0, count));
            for (int i = 0; i < count; i++)
            {
                Append(drawn.AsSpan(i * fanout, counts[i]), columns, values);
                offsets[first + i + 1] = columns.Count;
            }
        }

        return new CsrMatrix(rows, table.Graph.Columns, offsets, [.. columns], [.. values]);
    }

    // Draws by importance repeat themselves.
    private static void Append(Span<int> drawn, List<int> columns, List<float> values)
    {
        drawn.Sort();
        for (int i = 0; i < drawn.Length;)
        {
            int begin = i;
            while (i < drawn.Length && drawn[i] == drawn[begin])
                i++;
            columns.Add(drawn[begin]);
            values.Add((i - begin) / (float)drawn.Length);
        }
    }
}
