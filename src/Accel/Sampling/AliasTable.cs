namespace HybridRec.MLNet.Accel;

/// <summary>Draws from a fixed discrete distribution in O(1) (Walker 1977, built as by Vose 1991).</summary>
internal sealed class AliasTable
{
    private readonly double[] _keep;
    private readonly int[] _alias;

    /// <summary>Builds the table in O(n).</summary>
    /// <param name="weights">Weights, not negative, finite, with a sum above 0; they need not sum to 1.</param>
    /// <exception cref="ArgumentException">A weight is negative or not finite (its position is named), or all are 0.</exception>
    public AliasTable(ReadOnlySpan<double> weights)
    {
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0) || double.IsInfinity(weights[i]))
                Guard.Throw(nameof(weights), $"Weight {i} is {weights[i]}; weights have to be finite and not negative.");
            sum += weights[i];
        }
        if (!(sum > 0) || double.IsInfinity(sum))
            Guard.Throw(nameof(weights), $"The {weights.Length} weights sum to {sum}; the sum has to be finite and above 0.");

        int count = weights.Length;
        _keep = new double[count];
        _alias = new int[count];
        var small = new Stack<int>(count);
        var large = new Stack<int>(count);
        for (int i = 0; i < count; i++)
        {
            _keep[i] = weights[i] * count / sum;
            (_keep[i] < 1 ? small : large).Push(i);
        }
        while (small.Count > 0 && large.Count > 0)
        {
            int under = small.Pop();
            int over = large.Peek();
            _alias[under] = over;
            _keep[over] -= 1 - _keep[under];
            if (_keep[over] < 1)
                small.Push(large.Pop());
        }
        // What is left differs from 1 by rounding alone.
        foreach (int i in small)
            _keep[i] = 1;
        foreach (int i in large)
            _keep[i] = 1;
    }

    /// <summary>Number of outcomes.</summary>
    public int Count => _keep.Length;

    /// <summary>The chance that a draw of an outcome stays; 1 for those that always do.</summary>
    public ReadOnlySpan<double> Keep => _keep;

    /// <summary>The outcome of a draw that does not stay.</summary>
    public ReadOnlySpan<int> Alias => _alias;

    /// <summary>Draws one outcome, from 0 to Count - 1.</summary>
    public int Sample(ref Xoshiro256 random)
    {
        int i = random.NextInt32(_keep.Length);
        return random.NextDouble() < _keep[i] ? i : _alias[i];
    }
}
