using ScottPlot;
using SkiaSharp;

namespace Notebooks;

/// <summary>Plots of ScottPlot with the notebooks' fonts and colors; what they return is drawn further by ScottPlot's own calls.</summary>
public static class Charts
{
    /// <summary>The colors of Okabe and Ito, which are told apart with any color vision, black last.</summary>
    private static readonly string[] s_colors = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#F0E442", "#000000"];

    /// <summary>Sans-serif ones that some system has; ScottPlot's choice is kept where there is none of them.</summary>
    private static readonly string? s_font = new[]
    {
        "DejaVu Sans", "Segoe UI", "Helvetica Neue", "Liberation Sans", "Arial"
    }.FirstOrDefault(SKFontManager.Default.FontFamilies.Contains);

    /// <summary>The n-th color; they repeat after 8.</summary>
    public static Color SeriesColor(int n) => Color.FromHex(s_colors[n % s_colors.Length]);

    /// <summary>An empty plot with a title, axis labels, and fonts that can be read in a page.</summary>
    public static Plot Empty(string title, string x, string y)
    {
        var plot = new Plot();
        plot.Title(title, size: 18);
        plot.XLabel(x, size: 15);
        plot.YLabel(y, size: 15);
        plot.Axes.Bottom.TickLabelStyle.FontSize = plot.Axes.Left.TickLabelStyle.FontSize = 14;
        plot.Axes.Bottom.Label.Bold = plot.Axes.Left.Label.Bold = false;
        plot.Legend.FontSize = 14;
        plot.Axes.Top.FrameLineStyle.IsVisible = plot.Axes.Right.FrameLineStyle.IsVisible = false;
        if (s_font is not null)
            plot.Font.Set(s_font);
        return plot;
    }

    /// <summary>
    /// Bars from 0, with a label below each and, where a half-width is given, an error bar; lighter bars are those not to look at first.
    /// </summary>
    /// <param name="title">Title.</param>
    /// <param name="y">Label of the vertical axis, with the unit.</param>
    /// <param name="bars">Label, height, half-width of its interval (0: none), number of its color.</param>
    /// <param name="x">Label of the horizontal axis, where the bars' own do not say it.</param>
    public static Plot Bars(
        string title, string y, IReadOnlyList<(string Label, double Value, double HalfWidth, int Color)> bars, string x = "")
    {
        ArgumentNullException.ThrowIfNull(bars);
        var plot = Empty(title, x, y);
        for (int i = 0; i < bars.Count; i++)
        {
            var bar = plot.Add.Bar(position: i, value: bars[i].Value);
            bar.Color = SeriesColor(bars[i].Color);
            if (bars[i].HalfWidth > 0)
            {
                var error = plot.Add.ErrorBar([i], [bars[i].Value], [bars[i].HalfWidth]);
                (error.Color, error.LineWidth) = (Colors.Black, 1.5f);
            }
        }

        Ticks(plot.Axes.Bottom, [.. bars.Select(bar => bar.Label)]);
        plot.Grid.XAxisStyle.IsVisible = false;
        plot.Axes.Margins(bottom: 0, top: 0.1);
        return plot;
    }

    /// <summary>A heat map with a number in each cell and a name for each row and column.</summary>
    /// <param name="title">Title.</param>
    /// <param name="names">Of rows and columns alike.</param>
    /// <param name="values">As many rows and columns.</param>
    public static Plot HeatMap(string title, IReadOnlyList<string> names, double[,] values)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(values);
        var plot = Empty(title, "", "");
        var map = plot.Add.Heatmap(values);
        map.Colormap = new ScottPlot.Colormaps.Viridis();
        double middle = (values.Cast<double>().Max() + values.Cast<double>().Min()) / 2;
        for (int row = 0; row < names.Count; row++)
        {
            for (int column = 0; column < names.Count; column++)
            {
                // Row 0 is drawn on top.
                var text = plot.Add.Text(
                    values[row, column].ToString("0.00", System.Globalization.CultureInfo.InvariantCulture), column, names.Count - 1 - row);
                (text.LabelFontColor, text.LabelFontSize, text.LabelAlignment) = (
                    values[row, column] > middle ? Colors.Black : Colors.White, 13, Alignment.MiddleCenter);
                if (s_font is not null)
                    text.LabelFontName = s_font;
            }
        }

        Ticks(plot.Axes.Left, [.. names.Reverse()]);
        Ticks(plot.Axes.Bottom, names);
        plot.Axes.Bottom.TickLabelStyle.Rotation = -35;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.UpperRight;
        plot.Axes.Bottom.MinimumSize = plot.Axes.Left.MinimumSize = 140;
        plot.HideGrid();
        plot.Axes.Margins(0, 0);
        return plot;
    }

    private static void Ticks(IAxis axis, IReadOnlyList<string> labels)
    {
        axis.SetTicks([.. Enumerable.Range(0, labels.Count).Select(i => (double)i)], [.. labels]);
        axis.MajorTickStyle.Length = 0;
    }
}
