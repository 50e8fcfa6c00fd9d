namespace HybridRec.MLNet;

/// <summary>One line of a <see cref="TopKReport"/>: a model or a baseline with every metric at every cut-off.</summary>
public sealed class TopKRow
{
    private readonly Dictionary<(TopKMetric, int), MetricEstimate> _estimates;
    private readonly Dictionary<(TopKMetric, int), double[]> _perUser;

    internal TopKRow(
        string name, TimeSpan elapsed, Dictionary<(TopKMetric, int), MetricEstimate> estimates,
        Dictionary<(TopKMetric, int), double[]> perUser)
    {
        Name = name;
        Elapsed = elapsed;
        _estimates = estimates;
        _perUser = perUser;
    }

    /// <summary>Model, Random, Popularity, ItemMean or Oracle.</summary>
    public string Name { get; }

    /// <summary>Time to score and judge every user, intervals not included.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>A metric at a cut-off, with its interval.</summary>
    /// <param name="metric">Which metric.</param>
    /// <param name="k">One of the cut-offs of the report.</param>
    /// <exception cref="ArgumentException">The report has no such cut-off.</exception>
    public MetricEstimate this[TopKMetric metric, int k] =>
        _estimates.TryGetValue((metric, k), out var estimate) ? estimate : throw Unknown(metric, k);

    /// <summary>The values behind a mean, in the order of <see cref="TopKReport.UserIds"/>.</summary>
    /// <param name="metric">Any metric except <see cref="TopKMetric.Coverage"/> and <see cref="TopKMetric.Gini"/>,
    /// which users do not have.</param>
    /// <param name="k">One of the cut-offs of the report.</param>
    /// <exception cref="ArgumentException">The report has no such cut-off, or the metric has no value per user.</exception>
    public IReadOnlyList<double> PerUser(TopKMetric metric, int k) => Values(metric, k);

    internal double[] Values(TopKMetric metric, int k) =>
        _perUser.TryGetValue((metric, k), out var values) ? values : throw Unknown(metric, k);

    private ArgumentException Unknown(TopKMetric metric, int k)
    {
        if (!_estimates.ContainsKey((metric, k)))
            return new(
                $"{metric}@{k} was not measured; the cut-offs are " +
                $"{string.Join(", ", _estimates.Keys.Select(key => key.Item2).Distinct())}. Put {k} into " +
                $"{nameof(TopKOptions)}.{nameof(TopKOptions.K)}.",
                nameof(k));
        return new($"{metric} is one number for the whole run; it has no value per user and no interval.", nameof(metric));
    }
}
