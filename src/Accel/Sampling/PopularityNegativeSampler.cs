namespace HybridRec.MLNet.Accel;

/// <summary>
/// Negatives drawn by popularity: q(i) is proportional to (number of users of i) ^ exponent, with the smallest count taken as 1
/// so that an item nobody has touched can be drawn too.
/// </summary>
internal sealed class PopularityNegativeSampler
{
    // A user who has seen nearly all that is popular gets an even draw after so many tries.
    private const int Tries = 16;

    private readonly InteractionGraph _graph;
    private readonly UniformNegativeSampler _uniform;
    private readonly AliasTable _table;
    private readonly float[] _logProbability;

    /// <summary>A sampler over the items of the graph.</summary>
    /// <param name="graph">Where popularity is counted.</param>
    /// <param name="exponent">0 draws evenly, 1 by popularity. <value>The default is 0.75, word2vec's.</value></param>
    /// <exception cref="ArgumentException">The graph has no item, or the exponent is not finite.</exception>
    public PopularityNegativeSampler(InteractionGraph graph, double exponent = 0.75)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!double.IsFinite(exponent))
            Guard.Throw(nameof(exponent), $"The exponent is {exponent}; it has to be finite, usually 0 to 1.");
        _graph = graph;
        _uniform = new UniformNegativeSampler(graph);
        double[] weights = new double[graph.ItemCount];
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
            sum += weights[i] = Math.Pow(Math.Max(1, graph.UsersOf(i).Length), exponent);
        _table = new AliasTable(weights);
        _logProbability = Array.ConvertAll(weights, w => (float)Math.Log(w / sum));
    }

    /// <summary>ln q(i) of every item: the correction of a sampled softmax adds -(ln N + ln q) to each of N negatives.</summary>
    public ReadOnlySpan<float> LogProbability => _logProbability;

    /// <summary>Draws one item for nobody in particular.</summary>
    public int Sample(ref Xoshiro256 random) => _table.Sample(ref random);

    /// <summary>
    /// Draws one item that the user has not seen: by popularity, and evenly among the unseen after 16 seen ones in a row.
    /// </summary>
    /// <returns>False, and item -1, for a user who has seen every item: leave such a pair out of the loss.</returns>
    public bool TrySample(int user, ref Xoshiro256 random, out int item)
    {
        for (int i = 0; i < Tries; i++)
        {
            item = _table.Sample(ref random);
            if (!_graph.Contains(user, item))
                return true;
        }
        return _uniform.TrySample(user, ref random, out item);
    }
}
