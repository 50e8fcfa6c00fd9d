namespace HybridRec.MLNet.Evaluation;

/// <summary>What one ranker reached: every metric for every user, and how often each item was recommended.</summary>
internal sealed class RankingValues
{
    /// <summary>Values by metric and cut-off, then by case.</summary>
    public Dictionary<(TopKMetric Metric, int K), double[]> PerUser { get; } = [];

    /// <summary>Coverage and Gini by cut-off; NaN where it has no closed form.</summary>
    public Dictionary<(TopKMetric Metric, int K), double> OfRun { get; } = [];

    public RankingValues(int cases, IReadOnlyList<int> cutOffs)
    {
        foreach (var k in cutOffs)
        {
            foreach (var metric in RankingMetrics.PerUser)
                PerUser[(metric.Kind, k)] = new double[cases];
            PerUser[(TopKMetric.Novelty, k)] = new double[cases];
        }
    }
}
