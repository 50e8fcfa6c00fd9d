namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// A metric of one user's ranking that only depends on where the relevant items stand. All are in [0, 1] and 1 is the best.
/// Ranks are 0-based: r = 0 is the first item.
/// </summary>
internal interface IRankingMetric
{
    /// <summary>Which metric this is.</summary>
    TopKMetric Kind { get; }

    /// <summary>The metric of one ranking.</summary>
    /// <param name="hitRanks">Ranks of the relevant items that are known to stand in the ranking, ascending; those at or above
    /// <paramref name="k"/> do not count.</param>
    /// <param name="relevant">Number of relevant items of the user, at least 1; those that cannot be ranked included.</param>
    /// <param name="k">Cut-off, at least 1.</param>
    double Of(ReadOnlySpan<int> hitRanks, int relevant, int k);

    /// <summary>
    /// The exact expectation of the metric when the candidates are in uniformly random order: the "Random" row of every report.
    /// </summary>
    /// <param name="order">How many candidates there are and how many of them are relevant.</param>
    /// <param name="k">Cut-off, at least 1.</param>
    double Expected(in RandomOrder order, int k);
}
