namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// Novelty of a list = mean over its items of I(i) = -log2(max(1, users who had i in training) / training users), in bits.
/// An item nobody had counts as if one user had it: the most surprising value that is still finite.
/// Source: Zhou et al., Solving the apparent diversity-accuracy dilemma of recommender systems, PNAS 2010 (surprisal).
/// </summary>
internal sealed class SelfInformation
{
    private readonly double[] _bits;

    /// <summary>Prepares I(i) for every item.</summary>
    /// <param name="usersOfItem">Number of training users that had each item.</param>
    /// <param name="users">Number of training users.</param>
    public SelfInformation(ReadOnlySpan<int> usersOfItem, int users)
    {
        _bits = new double[usersOfItem.Length];
        for (var item = 0; item < _bits.Length; item++)
            _bits[item] = Math.Log2(Math.Max(1, users) / (double)Math.Max(1, usersOfItem[item]));
        foreach (var bits in _bits)
            Total += bits;
    }

    /// <summary>Sum over all items.</summary>
    public double Total { get; }

    /// <summary>I(i) of one item in bits.</summary>
    public double this[int item] => _bits[item];

    /// <summary>Mean over a list; NaN for an empty one.</summary>
    public double MeanOf(ReadOnlySpan<int> items)
    {
        var sum = 0.0;
        foreach (var item in items)
            sum += _bits[item];
        return items.IsEmpty ? double.NaN : sum / items.Length;
    }
}
