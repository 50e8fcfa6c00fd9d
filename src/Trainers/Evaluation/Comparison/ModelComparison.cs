using HybridRec.MLNet.Evaluation;
using Microsoft.Data.Analysis;

namespace HybridRec.MLNet;

/// <summary>
/// What <c>ml.Hybrid.Compare</c> found: several models on the same users. <see cref="ToString"/> gives a table,
/// <see cref="ToSvg"/> a plot.
/// </summary>
public sealed class ModelComparison
{
    internal ModelComparison(IReadOnlyList<ComparedModel> models, TopKOptions options)
    {
        Models = models;
        K = options.K;
        Confidence = options.Confidence;
    }

    /// <summary>The models in the order they were given. The report of the first has the baselines.</summary>
    public IReadOnlyList<ComparedModel> Models { get; }

    /// <summary>Cut-offs.</summary>
    public IReadOnlyList<int> K { get; }

    /// <summary>Coverage of the intervals.</summary>
    public double Confidence { get; }

    /// <summary>How the rows were divided.</summary>
    public string Protocol => Models[0].Report.Protocol;

    /// <summary>A model by its name.</summary>
    /// <param name="name">As given to <c>Compare</c>.</param>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    public ComparedModel this[string name] => Models.FirstOrDefault(one => one.Name == name) ?? throw new ArgumentException(
        $"There is no model '{name}'; there are {string.Join(", ", Models.Select(one => one.Name))}.", nameof(name));

    /// <summary>The model with the highest mean; of equal ones the first.</summary>
    /// <param name="metric">Which metric.</param>
    /// <param name="k">One of <see cref="K"/>.</param>
    /// <exception cref="ArgumentException">There is no such cut-off.</exception>
    public ComparedModel Best(TopKMetric metric = TopKMetric.Ndcg, int k = 10) => Models.MaxBy(one => one.Report[metric, k].Value)!;

    /// <summary>Each model's difference to the best one on the same users, with a paired bootstrap interval; 0 for the best.</summary>
    /// <param name="metric">A metric with values per user.</param>
    /// <param name="k">One of <see cref="K"/>.</param>
    /// <returns>In the order of <see cref="Models"/>.</returns>
    /// <exception cref="ArgumentException">There is no such cut-off, or the metric has no value per user.</exception>
    public IReadOnlyList<MetricDifference> ToBest(TopKMetric metric = TopKMetric.Ndcg, int k = 10)
    {
        var best = Best(metric, k);
        return [.. Models.Select(one => one.Report.CompareTo(best.Report, metric, k))];
    }

    /// <summary>One line a model and cut-off: Model, K, each metric with its ends, FitSeconds, JudgeSeconds.</summary>
    public DataFrame ToDataFrame() => ComparisonTable.ToDataFrame(this);

    /// <summary>A plot: one line a model, its mean and interval, the axis over the range where they lie; baselines as gray lines.</summary>
    /// <param name="metric">A metric.</param>
    /// <param name="k">One of <see cref="K"/>.</param>
    /// <returns>An SVG image, a document of its own.</returns>
    /// <exception cref="ArgumentException">There is no such cut-off.</exception>
    public string ToSvg(TopKMetric metric = TopKMetric.Ndcg, int k = 10) => ComparisonPlot.Draw(this, metric, k);

    /// <summary>
    /// A table a cut-off: precision, recall, NDCG with its interval, NDCG's paired difference to the best model, seconds to fit and to
    /// judge; the baselines below.
    /// </summary>
    public override string ToString() => ComparisonTable.ToText(this);
}
