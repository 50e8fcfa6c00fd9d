using System.Globalization;
using System.Text;
using Microsoft.Data.Analysis;

namespace HybridRec.MLNet.Evaluation;

/// <summary>A <see cref="TopKReport"/> as text and as a data frame.</summary>
internal static class ReportTable
{
    private static readonly TopKMetric[] s_metrics = Enum.GetValues<TopKMetric>();

    public static string ToText(TopKReport report)
    {
        var counts = report.Counts;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{report.Protocol}; {Describe(report.Candidates)}; {counts.Users} users " +
            $"({counts.ColdUsers} cold, {counts.UsersWithoutRelevant} without relevant items left out), ")
            .Append(
                CultureInfo.InvariantCulture,
                $"{counts.Items} items, {counts.CandidatesPerUser:F1} candidates and {counts.RelevantPerUser:F1} relevant a user");
        if (counts.UnreachableRelevant > 0)
            text.Append(CultureInfo.InvariantCulture, $", {counts.UnreachableRelevant} relevant items out of reach");
        if (counts.NonFiniteScores > 0)
            text.Append(CultureInfo.InvariantCulture, $", {counts.NonFiniteScores} scores were not finite");
        if (counts.Users == 0 && counts.RepeatedInteractions > 0)
            text.Append("; every test row repeats a training row and is masked, so that nothing is left to find");
        text.AppendLine();

        List<string[]> lines = [["", "K", .. s_metrics.Select(metric => metric.ToString()), "seconds"]];
        foreach (var k in report.K)
        {
            foreach (var row in report.Rows)
            {
                lines.Add([
                    row.Name, Number(k), .. s_metrics.Select(metric => Cell(row[metric, k].Value)),
                    Seconds(row.Elapsed)]);
                if (row == report.Model && !double.IsNaN(row[TopKMetric.Precision, k].Lower))
                {
                    lines.Add(["  lower", "", .. s_metrics.Select(metric => Cell(row[metric, k].Lower)), ""]);
                    lines.Add(["  upper", "", .. s_metrics.Select(metric => Cell(row[metric, k].Upper)), ""]);
                }
            }
        }
        AppendAligned(text, lines);
        return text.ToString();
    }

    public static DataFrame ToDataFrame(TopKReport report)
    {
        var lines = report.K.SelectMany(k => report.Rows.Select(row => (Row: row, K: k))).ToArray();
        var frame = new DataFrame(
            new StringDataFrameColumn("Model", lines.Select(line => line.Row.Name)),
            new Int32DataFrameColumn("K", lines.Select(line => line.K)));
        foreach (var metric in s_metrics)
        {
            frame.Columns.Add(new DoubleDataFrameColumn($"{metric}", lines.Select(line => line.Row[metric, line.K].Value)));
            frame.Columns.Add(new DoubleDataFrameColumn($"{metric}Lower", lines.Select(line => line.Row[metric, line.K].Lower)));
            frame.Columns.Add(new DoubleDataFrameColumn($"{metric}Upper", lines.Select(line => line.Row[metric, line.K].Upper)));
        }
        frame.Columns.Add(new DoubleDataFrameColumn("Seconds", lines.Select(line => line.Row.Elapsed.TotalSeconds)));
        return frame;
    }

    private static string Describe(CandidateSet candidates) => candidates switch
    {
        CandidateSet.AllItems => "full ranking",
        CandidateSet.NewItems => "only new items ranked, those that no training row has",
        _ => "only each user's rated test items ranked: compare with Random and Oracle",
    };

    /// <summary>A whole number as a cell.</summary>
    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A metric as a cell; a dash where there is none.</summary>
    public static string Cell(double value) => double.IsNaN(value) ? "-" : value.ToString("F4", CultureInfo.InvariantCulture);

    /// <summary>A time as a cell.</summary>
    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);

    /// <summary>Adds lines of cells, each column as wide as its widest.</summary>
    public static void AppendAligned(StringBuilder text, List<string[]> lines)
    {
        var widths = Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
        {
            text.Append(line[0].PadRight(widths[0]));
            for (var column = 1; column < line.Length; column++)
                text.Append("  ").Append(line[column].PadLeft(widths[column]));
            text.AppendLine();
        }
    }
}
