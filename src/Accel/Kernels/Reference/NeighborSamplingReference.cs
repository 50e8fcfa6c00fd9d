namespace HybridRec.MLNet.Accel.Kernels.Reference;

/// <summary>The definition of sampling: every backend draws these neighbors, in this order.</summary>
internal static class NeighborSamplingReference
{
    /// <summary>The neighbors of one node.</summary>
    /// <param name="table">The lists.</param>
    /// <param name="node">The node.</param>
    /// <param name="seed">Seed of the call.</param>
    /// <param name="neighbors">Fanout many; what is not drawn becomes -1.</param>
    /// <returns>How many were drawn.</returns>
    public static int Sample(NeighborTable table, int node, uint seed, Span<int> neighbors)
    {
        int first = table.Graph.RowOffsets[node], degree = table.Graph.RowOffsets[node + 1] - first;
        int count = table.ByImportance && degree > 0 ? neighbors.Length : Math.Min(degree, neighbors.Length);
        var random = new XorShift32(seed, node);
        Span<int> positions = neighbors[..count];
        for (int i = 0; i < count; i++)
            positions[i] = table.ByImportance
                ? Weighted(table, first, degree, ref random)
                : Distinct(positions[..i], degree - count + i, degree <= count, ref random);
        for (int i = 0; i < count; i++)
            positions[i] = table.Graph.ColumnIndices[first + positions[i]];
        neighbors[count..].Fill(-1);
        return count;
    }

    // Floyd: a position up to the last one that this draw may reach; the last one itself, which cannot have come before, where it is taken.
    private static int Distinct(ReadOnlySpan<int> taken, int last, bool all, ref XorShift32 random)
    {
        if (all)
            return last;
        int position = (int)random.Next((uint)last + 1);
        return taken.Contains(position) ? last : position;
    }

    // Two draws: which entry, and whether it stays.
    private static int Weighted(NeighborTable table, int first, int degree, ref XorShift32 random)
    {
        int position = (int)random.Next((uint)degree);
        return random.NextBits() < table.Thresholds[first + position] ? position : table.Aliases[first + position];
    }
}
