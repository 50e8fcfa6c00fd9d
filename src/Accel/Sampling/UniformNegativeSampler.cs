namespace HybridRec.MLNet.Accel;

/// <summary>
/// Negatives drawn evenly from the items a user has not seen. One draw a negative, whatever the user has seen: the r-th unseen
/// item is found by a binary search over the seen ones, so nothing is drawn twice and no loop can run long.
/// </summary>
internal sealed class UniformNegativeSampler
{
    private readonly InteractionGraph _graph;

    /// <summary>A sampler of items that are not neighbors of the user in the graph.</summary>
    public UniformNegativeSampler(InteractionGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        _graph = graph;
    }

    /// <summary>Draws one unseen item.</summary>
    /// <returns>False, and item -1, for a user who has seen every item: leave such a pair out of the loss.</returns>
    public bool TrySample(int user, ref Xoshiro256 random, out int item)
    {
        ReadOnlySpan<int> seen = _graph.ItemsOf(user);
        int unseen = _graph.ItemCount - seen.Length;
        item = -1;
        if (unseen == 0)
            return false;
        int rank = random.NextInt32(unseen);
        // seen[j] - j unseen items lie below seen[j]; item = rank + number of seen items with at most rank unseen below them.
        int low = 0;
        int high = seen.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (seen[middle] - middle <= rank)
                low = middle + 1;
            else
                high = middle;
        }
        item = rank + low;
        return true;
    }

    /// <summary>Draws one unseen item for each user; -1 for those who have seen every item.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Fill(ReadOnlySpan<int> users, Span<int> negatives, ref Xoshiro256 random)
    {
        Guard.Length(negatives.Length, users.Length, nameof(negatives), "one for each user");
        for (int i = 0; i < users.Length; i++)
            TrySample(users[i], ref random, out negatives[i]);
    }
}
