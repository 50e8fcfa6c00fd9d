using HybridRec.MLNet.Evaluation;
using Microsoft.Data.Analysis;

namespace HybridRec.MLNet;

/// <summary>
/// What <c>ml.Hybrid.EvaluateTopK</c> found: the model and the baselines on the same users and candidates, each metric at each cut-off with
/// a bootstrap interval over users. <see cref="ToString"/> gives a table.
/// </summary>
public sealed class TopKReport
{
    private readonly TopKOptions _options;

    internal TopKReport(IReadOnlyList<TopKRow> rows, IReadOnlyList<string> userIds, TopKCounts counts, string protocol, TopKOptions options)
    {
        Rows = rows;
        UserIds = userIds;
        Counts = counts;
        Protocol = protocol;
        _options = options;
    }

    /// <summary>The model first, then the baselines: Random, Popularity, ItemMean (only for graded labels), Oracle.</summary>
    public IReadOnlyList<TopKRow> Rows { get; }

    /// <summary>The row of the model.</summary>
    public TopKRow Model => Rows[0];

    /// <summary>Cut-offs.</summary>
    public IReadOnlyList<int> K => _options.K;

    /// <summary>Which items were ranked.</summary>
    public CandidateSet Candidates => _options.Candidates;

    /// <summary>How the rows were divided, in the words of the split.</summary>
    public string Protocol { get; }

    /// <summary>How many users, items and relevant items there were, and what was left out.</summary>
    public TopKCounts Counts { get; }

    /// <summary>Ids of the users in the means; the order of <see cref="TopKRow.PerUser"/>.</summary>
    public IReadOnlyList<string> UserIds { get; }

    /// <summary>A metric of the model.</summary>
    /// <param name="metric">Which metric.</param>
    /// <param name="k">One of <see cref="K"/>.</param>
    /// <exception cref="ArgumentException">The report has no such cut-off.</exception>
    public MetricEstimate this[TopKMetric metric, int k] => Model[metric, k];

    /// <summary>A row by its name.</summary>
    /// <param name="name">Model, Random, Popularity, ItemMean or Oracle.</param>
    /// <exception cref="ArgumentException">There is no such row.</exception>
    public TopKRow this[string name] => Rows.FirstOrDefault(row => row.Name == name)
        ?? throw new ArgumentException(
            $"There is no row '{name}'; there are {string.Join(", ", Rows.Select(row => row.Name))}.", nameof(name));

    /// <summary>How much of the way from random to perfect the model went: (model - random) / (oracle - random).</summary>
    /// <param name="metric">Which metric.</param>
    /// <param name="k">One of <see cref="K"/>.</param>
    /// <exception cref="ArgumentException">The report has no such cut-off, or was made without baselines.</exception>
    public double Lift(TopKMetric metric, int k)
    {
        var random = this[Baselines.Random][metric, k].Value;
        return (Model[metric, k].Value - random) / (this[Baselines.Oracle][metric, k].Value - random);
    }

    /// <summary>Difference of this model and another on the same users, with a paired bootstrap interval.</summary>
    /// <param name="other">A report on the same users.</param>
    /// <param name="metric">A metric with values per user.</param>
    /// <param name="k">A cut-off of both reports.</param>
    /// <exception cref="ArgumentException">The users differ, the cut-off is missing, or the metric has no value per user.</exception>
    public MetricDifference CompareTo(TopKReport other, TopKMetric metric, int k)
    {
        ArgumentNullException.ThrowIfNull(other);
        var position = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < other.UserIds.Count; i++)
            position[other.UserIds[i]] = i;
        if (UserIds.Count != other.UserIds.Count || !UserIds.All(position.ContainsKey))
        {
            throw new ArgumentException(
                $"The two reports judge different users ({UserIds.Count} and {other.UserIds.Count}); evaluate both models on the same " +
                "split with the same options.",
                nameof(other));
        }
        var theirs = other.Model.Values(metric, k);
        return Difference(metric, k, [.. UserIds.Select(id => theirs[position[id]])]);
    }

    /// <summary>Difference of the model and a baseline of this report, with a paired bootstrap interval.</summary>
    /// <param name="baseline">Random, Popularity, ItemMean or Oracle.</param>
    /// <param name="metric">A metric with values per user.</param>
    /// <param name="k">One of <see cref="K"/>.</param>
    /// <exception cref="ArgumentException">There is no such row or cut-off, or the metric has no value per user.</exception>
    public MetricDifference CompareTo(string baseline, TopKMetric metric, int k) => Difference(metric, k, this[baseline].Values(metric, k));

    /// <summary>One line a row and cut-off: Model, K, each metric with its lower and upper end, Seconds.</summary>
    public DataFrame ToDataFrame() => ReportTable.ToDataFrame(this);

    /// <summary>A table with aligned columns: what was judged, then one line a row and cut-off, intervals for the model.</summary>
    public override string ToString() => ReportTable.ToText(this);

    private MetricDifference Difference(TopKMetric metric, int k, double[] theirs)
    {
        double[] differences = [.. Model.Values(metric, k).Zip(theirs, (mine, other) => mine - other)];
        int seed = _options.Seed!.Value; // the evaluation has given it one
        var mean = Bootstrap.Means([differences], _options.BootstrapSamples, _options.Confidence, seed, _options.Threads)[0];
        return new MetricDifference(metric, k, UserIds.Count, mean.Value, mean.Lower, mean.Upper);
    }
}
