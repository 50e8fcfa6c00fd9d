using System.Globalization;
using System.Net;
using System.Text;

namespace HybridRec.MLNet.Evaluation;

/// <summary>Means and intervals of models as an SVG image: one line a model, named, the axis over where they lie.</summary>
internal static class ComparisonPlot
{
    private const int Left = 170;
    private const int Width = 760;
    private const int Right = 90;
    private const int Row = 34;
    private const int Top = 46;
    private const int Ticks = 5;

    public static string Draw(ModelComparison comparison, TopKMetric metric, int k)
    {
        var estimates = comparison.Models.Select(one => (one.Name, Estimate: one.Report[metric, k])).ToArray();
        double[] ends = [.. estimates.SelectMany(one => new[] { one.Estimate.Value, one.Estimate.Lower, one.Estimate.Upper })
            .Where(double.IsFinite)];
        (double from, double to) = ends.Length == 0 ? (0, 1) : (ends.Min(), ends.Max());
        double margin = Math.Max((to - from) * 0.08, 1e-4);
        (from, to) = (Math.Max(0, from - margin), to + margin);
        int bottom = Top + (Row * estimates.Length);
        var svg = new StringBuilder();
        svg.AppendLine(Culture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {bottom + 44}\" " +
            $"font-family=\"sans-serif\" font-size=\"13\">");
        svg.AppendLine(Culture, $"<rect width=\"{Width}\" height=\"{bottom + 44}\" fill=\"#fff\"/>");
        svg.AppendLine(Culture,
            $"<text x=\"{Left}\" y=\"22\" font-weight=\"bold\">{metric}@{k}, intervals of {comparison.Confidence:P0}</text>");
        for (int tick = 0; tick <= Ticks; tick++)
        {
            double value = from + ((to - from) * tick / Ticks);
            svg.AppendLine(Culture, $"<line x1=\"{X(value)}\" x2=\"{X(value)}\" y1=\"{Top - 8}\" y2=\"{bottom}\" stroke=\"#ddd\"/>");
            svg.AppendLine(Culture, $"<text x=\"{X(value)}\" y=\"{bottom + 18}\" text-anchor=\"middle\" fill=\"#555\">{value:F4}</text>");
        }
        foreach (var row in comparison.Models[0].Report.Rows.Skip(1))
        {
            double value = row[metric, k].Value;
            if (!(value >= from && value <= to))
                continue;
            svg.AppendLine(Culture,
                $"<line x1=\"{X(value)}\" x2=\"{X(value)}\" y1=\"{Top - 8}\" y2=\"{bottom}\" stroke=\"#888\" stroke-dasharray=\"4 3\"/>");
            svg.AppendLine(Culture, $"<text x=\"{X(value)}\" y=\"{bottom + 36}\" text-anchor=\"middle\" fill=\"#888\">{row.Name}</text>");
        }
        for (int at = 0; at < estimates.Length; at++)
            Line(svg, estimates[at].Name, estimates[at].Estimate, Top + (Row * at) + (Row / 2));
        return svg.AppendLine("</svg>").ToString();

        string X(double value) => (Left + ((value - from) / (to - from) * (Width - Left - Right))).ToString("F1", Culture);

        void Line(StringBuilder image, string name, MetricEstimate estimate, int y)
        {
            image.AppendLine(Culture, $"<text x=\"{Left - 12}\" y=\"{y + 4}\" text-anchor=\"end\">{WebUtility.HtmlEncode(name)}</text>");
            if (double.IsNaN(estimate.Value))
                return;
            if (!double.IsNaN(estimate.Lower))
                image.AppendLine(Culture,
                    $"<line x1=\"{X(estimate.Lower)}\" x2=\"{X(estimate.Upper)}\" y1=\"{y}\" y2=\"{y}\" " +
                    $"stroke=\"#2060b0\" stroke-width=\"2\"/>");
            image.AppendLine(Culture, $"<circle cx=\"{X(estimate.Value)}\" cy=\"{y}\" r=\"5\" fill=\"#2060b0\"/>");
            string end = X(double.IsNaN(estimate.Upper) ? estimate.Value : estimate.Upper);
            image.AppendLine(Culture, $"<text x=\"{end}\" dx=\"10\" y=\"{y + 4}\" fill=\"#2060b0\">{estimate.Value:F4}</text>");
        }
    }

    private static CultureInfo Culture => CultureInfo.InvariantCulture;
}
