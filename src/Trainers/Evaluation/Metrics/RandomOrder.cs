namespace HybridRec.MLNet.Evaluation;

/// <summary>A user's candidates in uniformly random order, as far as a metric's expectation depends on them.</summary>
/// <param name="Candidates">Number of items that are ranked.</param>
/// <param name="Reachable">How many of them are relevant.</param>
/// <param name="Relevant">Number of relevant items, also those outside the candidates.</param>
internal readonly record struct RandomOrder(int Candidates, int Reachable, int Relevant)
{
    /// <summary>Probability that the item at any one rank is relevant: Reachable / Candidates.</summary>
    public double Density => Candidates == 0 ? 0 : (double)Reachable / Candidates;

    /// <summary>Number of ranks that exist among the first <paramref name="k"/>.</summary>
    public int Depth(int k) => Math.Min(k, Candidates);
}
