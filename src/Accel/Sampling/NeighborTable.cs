namespace HybridRec.MLNet.Accel;

/// <summary>
/// Neighbor lists to sample from. Uniform: k of n neighbors without replacement, every set as likely, and all of them, in their order,
/// where n is at most k (Floyd's algorithm; Bentley and Floyd 1987). Importance: k draws with replacement, a neighbor as likely as its
/// weight says, from an alias table of 32-bit thresholds (Walker 1977, built as by Vose 1991).
/// </summary>
public sealed class NeighborTable
{
    /// <summary>Largest number of neighbors drawn for a node.</summary>
    public const int MostFanout = BlockSampler.MostFanout;

    private readonly uint[] _thresholds;
    private readonly int[] _aliases;

    private NeighborTable(CsrMatrix graph, uint[] thresholds, int[] aliases) =>
        (Graph, _thresholds, _aliases) = (graph, thresholds, aliases);

    /// <summary>The lists, by node.</summary>
    public CsrMatrix Graph { get; }

    /// <summary>Whether draws follow the weights.</summary>
    public bool ByImportance => _thresholds.Length > 0;

    /// <summary>Of each entry, the chance times 2^32 that a draw of it stays; empty for uniform draws.</summary>
    public ReadOnlySpan<uint> Thresholds => _thresholds;

    /// <summary>
    /// Of each entry, where in the row a draw goes that does not stay; an entry that always stays names itself. Empty for uniform draws.
    /// </summary>
    public ReadOnlySpan<int> Aliases => _aliases;

    /// <summary>Lists to be sampled uniformly.</summary>
    /// <param name="graph">The neighbors of each node; weights are not read.</param>
    /// <returns>The table.</returns>
    /// <exception cref="ArgumentNullException">The graph is null.</exception>
    public static NeighborTable Uniform(CsrMatrix graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new NeighborTable(graph, [], []);
    }

    /// <summary>Lists to be sampled by weight.</summary>
    /// <param name="graph">The neighbors of each node, with finite weights not below 0; of a row with entries they do not sum to 0.</param>
    /// <returns>The table.</returns>
    /// <exception cref="ArgumentNullException">The graph is null.</exception>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or those of a row sum to 0; the
    /// message names the row.</exception>
    public static NeighborTable Importance(CsrMatrix graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var thresholds = new uint[graph.NonZeros];
        var aliases = new int[graph.NonZeros];
        for (int row = 0; row < graph.Rows; row++)
        {
            int first = graph.RowOffsets[row], count = graph.RowOffsets[row + 1] - first;
            if (count == 0)
                continue;
            double sum = 0;
            foreach (float weight in graph.Values.Slice(first, count))
            {
                if (!(weight >= 0) || float.IsInfinity(weight))
                    Guard.Throw(
                        nameof(graph), $"Row {row} has the weight {weight}; weights of importance have to be finite and not negative.");
                sum += weight;
            }

            if (sum == 0)
                Guard.Throw(
                    nameof(graph),
                    $"The {count} weights of row {row} are all 0, so none of its neighbors can be drawn; leave the entries out.");
            double[] weights = new double[count];
            for (int i = 0; i < count; i++)
                weights[i] = graph.Values[first + i];
            var table = new AliasTable(weights);
            for (int i = 0; i < count; i++)
            {
                bool stays = table.Keep[i] >= 1;
                thresholds[first + i] = stays ? uint.MaxValue : (uint)(table.Keep[i] * 4294967296.0);
                aliases[first + i] = stays ? i : table.Alias[i];
            }
        }

        return new NeighborTable(graph, thresholds, aliases);
    }
}
