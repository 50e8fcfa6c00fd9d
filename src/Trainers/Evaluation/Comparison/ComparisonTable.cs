using System.Globalization;
using System.Text;
using Microsoft.Data.Analysis;
using static HybridRec.MLNet.Evaluation.ReportTable;

namespace HybridRec.MLNet.Evaluation;

/// <summary>A <see cref="ModelComparison"/> as text and as a data frame.</summary>
internal static class ComparisonTable
{
    private static readonly TopKMetric[] s_metrics = Enum.GetValues<TopKMetric>();
    private static readonly TopKMetric[] s_shown = [TopKMetric.Precision, TopKMetric.Recall, TopKMetric.Coverage];

    public static string ToText(ModelComparison comparison)
    {
        var first = comparison.Models[0].Report;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{comparison.Protocol}; {first.Counts.Users} users, {first.Counts.Items} items; intervals of {comparison.Confidence:P0}");
        List<string[]> lines =
            [["", "K", .. s_shown.Select(metric => metric.ToString()), "Ndcg", "interval", "to the best", "interval", "fit s", "judge s"]];
        foreach (int k in comparison.K)
        {
            var differences = comparison.ToBest(TopKMetric.Ndcg, k);
            var best = comparison.Best(TopKMetric.Ndcg, k);
            lines.AddRange(comparison.Models.Select((one, at) => Line(one, k, differences[at], one == best)));
            foreach (var row in first.Rows.Skip(1))
                lines.Add([
                    row.Name, Number(k), .. s_shown.Select(metric => Cell(row[metric, k].Value)), Cell(row[TopKMetric.Ndcg, k].Value),
                    "", "", "", "", ""]);
        }
        AppendAligned(text, lines);
        return text.ToString();
    }

    public static DataFrame ToDataFrame(ModelComparison comparison)
    {
        var lines = comparison.K.SelectMany(k => comparison.Models.Select(one => (Model: one, K: k))).ToArray();
        var frame = new DataFrame(
            new StringDataFrameColumn("Model", lines.Select(line => line.Model.Name)),
            new Int32DataFrameColumn("K", lines.Select(line => line.K)));
        foreach (var metric in s_metrics)
        {
            frame.Columns.Add(Column($"{metric}", line => line.Model.Report[metric, line.K].Value));
            frame.Columns.Add(Column($"{metric}Lower", line => line.Model.Report[metric, line.K].Lower));
            frame.Columns.Add(Column($"{metric}Upper", line => line.Model.Report[metric, line.K].Upper));
        }
        frame.Columns.Add(Column("FitSeconds", line => line.Model.FitTime.TotalSeconds));
        frame.Columns.Add(Column("JudgeSeconds", line => line.Model.Report.Model.Elapsed.TotalSeconds));
        return frame;

        DoubleDataFrameColumn Column(string name, Func<(ComparedModel Model, int K), double> value) => new(name, lines.Select(value));
    }

    private static string[] Line(ComparedModel one, int k, MetricDifference difference, bool best)
    {
        var ndcg = one.Report[TopKMetric.Ndcg, k];
        return
        [
            one.Name, Number(k), .. s_shown.Select(metric => Cell(one.Report[metric, k].Value)), Cell(ndcg.Value),
            Interval(ndcg.Lower, ndcg.Upper, "F4"), best ? "best" : difference.Difference.ToString("+0.0000;-0.0000", Culture),
            best ? "" : Interval(difference.Lower, difference.Upper, "+0.0000;-0.0000"), Seconds(one.FitTime),
            Seconds(one.Report.Model.Elapsed),
        ];
    }

    private static CultureInfo Culture => CultureInfo.InvariantCulture;

    private static string Interval(double lower, double upper, string form) =>
        double.IsNaN(lower) ? "" : $"[{lower.ToString(form, Culture)}, {upper.ToString(form, Culture)}]";
}
