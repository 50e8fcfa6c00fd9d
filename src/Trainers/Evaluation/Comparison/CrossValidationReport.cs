using System.Globalization;
using System.Text;
using HybridRec.MLNet.Evaluation;
using static HybridRec.MLNet.Evaluation.ReportTable;

namespace HybridRec.MLNet;

/// <summary>What <c>ml.Hybrid.CrossValidate</c> found: one model a fold, and all of them together.</summary>
public sealed class CrossValidationReport
{
    private static readonly TopKMetric[] s_metrics = Enum.GetValues<TopKMetric>();
    private readonly Dictionary<(TopKMetric, int), MetricEstimate> _estimates = [];

    internal CrossValidationReport(IReadOnlyList<ComparedModel> folds, TopKOptions options)
    {
        Folds = folds;
        K = options.K;
        foreach (int k in K)
        {
            foreach (var metric in s_metrics)
                _estimates[(metric, k)] = Estimate(metric, k, options);
        }
    }

    /// <summary>The models, one a fold.</summary>
    public IReadOnlyList<ComparedModel> Folds { get; }

    /// <summary>Cut-offs.</summary>
    public IReadOnlyList<int> K { get; }

    /// <summary>
    /// A metric over all folds. The mean is over users, each with the mean of the folds that judge them, and its interval a bootstrap over
    /// users: the folds share their training rows and are no independent draws. Coverage and Gini are means of the folds, without interval.
    /// </summary>
    /// <param name="metric">Which metric.</param>
    /// <param name="k">One of <see cref="K"/>.</param>
    /// <exception cref="ArgumentException">There is no such cut-off.</exception>
    public MetricEstimate this[TopKMetric metric, int k] => _estimates.TryGetValue((metric, k), out var estimate)
        ? estimate
        : throw new ArgumentException($"{metric}@{k} was not measured; the cut-offs are {string.Join(", ", K)}.", nameof(k));

    /// <summary>A table with aligned columns: each fold, then all of them with the ends of the interval.</summary>
    public override string ToString()
    {
        List<string[]> lines = [["", "K", .. s_metrics.Select(metric => metric.ToString()), "fit s"]];
        foreach (int k in K)
        {
            for (int fold = 0; fold < Folds.Count; fold++)
                lines.Add([Number(fold + 1), Number(k), .. s_metrics.Select(metric => Cell(Folds[fold].Report[metric, k].Value)),
                    Seconds(Folds[fold].FitTime)]);
            lines.Add(["all", Number(k), .. s_metrics.Select(metric => Cell(this[metric, k].Value)),
                Seconds(TimeSpan.FromTicks(Folds.Sum(fold => fold.FitTime.Ticks)))]);
            lines.Add(["  lower", "", .. s_metrics.Select(metric => Cell(this[metric, k].Lower)), ""]);
            lines.Add(["  upper", "", .. s_metrics.Select(metric => Cell(this[metric, k].Upper)), ""]);
        }
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Folds.Count} folds; {Folds[^1].Report.Protocol}");
        AppendAligned(text, lines);
        return text.ToString();
    }

    private MetricEstimate Estimate(TopKMetric metric, int k, TopKOptions options)
    {
        if (metric is TopKMetric.Coverage or TopKMetric.Gini)
            return new(Folds.Average(fold => fold.Report[metric, k].Value), double.NaN, double.NaN);
        var sums = new Dictionary<string, (double Sum, int Folds)>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var report in Folds.Select(fold => fold.Report))
        {
            double[] values = report.Model.Values(metric, k);
            for (int user = 0; user < values.Length; user++)
            {
                if (!sums.TryGetValue(report.UserIds[user], out var sum))
                    order.Add(report.UserIds[user]);
                sums[report.UserIds[user]] = (sum.Sum + values[user], sum.Folds + 1);
            }
        }
        double[] means = [.. order.Select(id => sums[id].Sum / sums[id].Folds)];
        return Bootstrap.Means([means], options.BootstrapSamples, options.Confidence, options.Seed!.Value, options.Threads)[0];
    }
}
