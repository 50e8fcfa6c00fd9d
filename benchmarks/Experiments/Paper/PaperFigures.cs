using ScottPlot;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>The figures of a page, PNG, in the colors of Okabe and Ito, which color-blind people can tell apart.</summary>
internal static class PaperFigures
{
    private static readonly Color s_blue = Color.FromHex("#0072B2"), s_orange = Color.FromHex("#E69F00"),
        s_green = Color.FromHex("#009E73"), s_sky = Color.FromHex("#56B4E9"), s_red = Color.FromHex("#D55E00"),
            s_pink = Color.FromHex("#CC79A7"), s_black = Color.FromHex("#222222");

    public static string File(PaperStudy study, string figure) => $"{study.Data}-{figure}.png";

    public static void Write(PaperStudy study, string folder)
    {
        Fonts.Default = "DejaVu Sans"; // where it is not there, the system's own takes its place
        if (study.HasStars)
            Accuracy(
                study, AccuracyPart.Rated, $"{study.Data}: each user's {study.Accuracy[0].Result.RatedCount} held-out ratings ranked",
                Path.Combine(folder, File(study, "accuracy-rated")));
        Accuracy(study, AccuracyPart.Full, $"{study.Data}: all items ranked", Path.Combine(folder, File(study, "accuracy-full")));
        if (study.Training.Count > 0)
            Training(study, Path.Combine(folder, File(study, "training")));
        Latency(study, Path.Combine(folder, File(study, "latency")));
        if (study.IsWhole)
            TradeOffs(study, Path.Combine(folder, File(study, "trade-off")));
    }

    private static void Accuracy(PaperStudy study, string protocol, string title, string file)
    {
        using var plot = New(title);
        // Over all items the oracle's bars would hide all others.
        string[] names = [.. study.Names(protocol).Where(name => protocol == AccuracyPart.Rated || name != "Oracle")];
        (string Label, Color Color, Func<AccuracyRow, double> Of, Func<PublishedRow, double?> Paper)[] metrics =
        [
            ("P@10", s_blue, row => row.Precision.Value, row => row.Precision),
            ("R@10", s_orange, row => row.Recall.Value, row => row.Recall), ("NDCG@10", s_green, row => row.Ndcg.Value, row => row.Ndcg),
        ];
        bool paper = protocol == AccuracyPart.Rated;
        var marks = new List<(double X, double Y)>();
        for (int m = 0; m < metrics.Length; m++)
        {
            var (label, color, of, published) = metrics[m];
            var bars = new List<Bar>();
            for (int n = 0; n < names.Length; n++)
            {
                double at = n + (0.27 * (m - 1));
                bars.Add(
                    new Bar { Position = at, Value = study.Mean(protocol, names[n], of), FillColor = color, LineWidth = 0, Size = 0.25 });
                if (paper && PublishedRow.Of(names[n]) is { } row && published(row) is { } value)
                    marks.Add((at, value));
            }

            plot.Add.Bars(bars).LegendText = label;
        }

        // After all bars, or those of the neighbor would hide them.
        foreach (var (x, y) in marks)
        {
            var mark = plot.Add.Marker(x, y, MarkerShape.FilledDiamond, 10, Colors.White);
            (mark.MarkerStyle.OutlineColor, mark.MarkerStyle.OutlineWidth) = (s_black, 1.6f);
        }

        plot.Axes.Bottom.SetTicks([.. names.Select((_, n) => (double)n)], [.. names.Select(Wrapped)]);
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        double top = names.Max(name => metrics.Max(metric => study.Mean(protocol, name, metric.Of)));
        plot.Axes.SetLimits(-0.6, names.Length - 0.4, 0, top * 1.15);
        plot.Axes.Left.Label.Text = study.Accuracy.Count == 1 ? "seed 1" : $"mean of {study.Accuracy.Count} " +
            $"seeds{(study.Tuned.Count > 0 && study.Tuned.Count < study.Accuracy.Count ? $"; LoRA and its reference: {study.Tuned.Count}" : "")}";
        Legend(plot, Alignment.UpperLeft);
        if (paper)
            plot.Legend.ManualItems.Add(new LegendItem
            {
                LabelText = "the paper's figure",
                MarkerShape = MarkerShape.OpenDiamond,
                MarkerColor = s_black,
                MarkerLineColor = s_black,
                MarkerLineWidth = 1.6f,
                MarkerSize = 10
            });
        plot.SavePng(file, 150 + (90 * names.Length), 520);
    }

    private static void Training(PaperStudy study, string file)
    {
        using var plot = New($"{study.Data}: training on {Environment.ProcessorCount} cores, seed 1");
        TrainingResult[] results = [.. study.Trainings.Select(one => one.Result)];
        (string Label, Color Color, Func<TrainingResult, double> Of)[] parts =
        [
            ("graph", s_blue, one => one.GraphSeconds),
            ("text, tuning, profiles, reading", s_orange, one => Math.Max(0, one.Seconds - one.GraphSeconds - one.HeadSeconds)),
            ("ranking heads", s_green, one => one.HeadSeconds),
        ];
        double[] bottom = new double[results.Length];
        foreach (var (label, color, of) in parts)
        {
            var bars = new List<Bar>();
            for (int i = 0; i < results.Length; i++)
            {
                bars.Add(new Bar
                {
                    Position = i,
                    ValueBase = bottom[i],
                    Value = bottom[i] + of(results[i]),
                    FillColor = color,
                    LineWidth = 0,
                    Size = 0.6
                });
                bottom[i] += of(results[i]);
            }

            plot.Add.Bars(bars).LegendText = label;
        }

        for (int i = 0; i < results.Length; i++)
        {
            var text = plot.Add.Text(
                FormattableString.Invariant($"{results[i].Seconds:F0} s, {results[i].PeakMemoryMiB:N0} MiB"), i, bottom[i]);
            text.LabelAlignment = Alignment.LowerCenter;
            text.LabelFontSize = 13;
        }

        plot.Axes.Bottom.SetTicks([.. results.Select((_, n) => (double)n)], [.. results.Select(one => Wrapped(one.Configuration))]);
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Axes.SetLimits(-0.6, results.Length - 0.4, 0, bottom.Max() * 1.3);
        plot.Axes.Left.Label.Text = "seconds";
        Legend(plot, Alignment.UpperLeft);
        plot.SavePng(file, 900, 480);
    }

    private static void Latency(PaperStudy study, string file)
    {
        if (study.Latency is not { Result: { } result })
            return;
        using var plot = New($"{study.Data}: one request");
        var rows = result.Rows.Select(row => (row.Name, P50: row.Typical, row.Warm.P99, row.Cold, Modeled: false)).ToList();
        if (result.Fpga is { } fpga)
            rows.Insert(1, ("GNN, propagated on an FPGA (modeled)", fpga.Milliseconds, double.NaN, double.NaN, true));
        rows.Reverse();
        double least = Math.Floor(Math.Log10(rows.Min(row => row.P50)) - 0.2),
            most = Math.Ceiling(Math.Log10(rows.Max(row => double.IsNaN(row.Cold) ? row.P50 : Math.Max(row.Cold, row.P99))));
        AddBars(false, s_blue, "p50 of the core, warm (GNN: of the clock)");
        AddBars(true, s_pink, "modeled, not measured");
        AddMarks(MarkerShape.FilledDiamond, s_red, row => row.P99, "p99 of the clock, warm");
        AddMarks(MarkerShape.OpenCircle, s_black, row => row.Cold, "the first call (cold, clock)");
        plot.Axes.Left.SetTicks([.. rows.Select((_, n) => (double)n)], [.. rows.Select(row => row.Name)]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        Decades(plot, least, most);
        plot.Axes.Bottom.Label.Text = "milliseconds (logarithmic)";
        plot.Axes.SetLimits(least, most + 0.1, -0.6, rows.Count - 0.4);
        plot.ShowLegend(Edge.Bottom);
        plot.SavePng(file, 1100, 520);

        void AddBars(bool modeled, Color color, string label)
        {
            Bar[] bars = [.. rows.Select((row, n) => (row, n)).Where(pair => pair.row.Modeled == modeled).Select(pair => new Bar
            {
                Position = pair.n,
                ValueBase = least,
                Value = Math.Log10(pair.row.P50),
                FillColor = color,
                LineWidth = 0,
                Size = 0.6,
            })];
            if (bars.Length == 0)
                return;
            var added = plot.Add.Bars(bars);
            added.Horizontal = true;
            added.LegendText = label;
        }

        void AddMarks(
            MarkerShape shape, Color color, Func<(string, double P50, double P99, double Cold, bool Modeled), double> of, string label)
        {
            var shown = rows.Select((row, n) => (X: of(row), Y: (double)n)).Where(point => point.X > 0).ToArray();
            var scatter = plot.Add.ScatterPoints(
                shown.Select(point => Math.Log10(point.X)).ToArray(), shown.Select(point => point.Y).ToArray(), color);
            (scatter.MarkerShape, scatter.MarkerSize, scatter.LegendText) = (shape, 9, label);
            scatter.MarkerStyle.LineWidth = 1.6f;
        }
    }

    private static void TradeOffs(PaperStudy study, string file)
    {
        var multi = new Multiplot();
        multi.AddPlots(2);
        multi.Layout = new ScottPlot.MultiplotLayouts.Columns();
        Dictionary<string, (Color Color, MarkerShape Shape)> styles = new()
        {
            [AccuracyPart.GnnOnly] = (s_blue, MarkerShape.FilledCircle),
            [AccuracyPart.TextOnly] = (s_orange, MarkerShape.FilledSquare),
            [AccuracyPart.Hybrid] = (s_green, MarkerShape.FilledTriangleUp),
            [AccuracyPart.Int8] = (s_sky, MarkerShape.FilledDiamond),
            [AccuracyPart.Distilled] = (s_red, MarkerShape.FilledTriangleDown),
            [TunedPart.Lora] = (s_pink, MarkerShape.FilledCircle),
        };
        Panel(
            multi.GetPlot(0), "accuracy and training time", "seconds of training (logarithmic)", false,
            name => study.Trainings.FirstOrDefault(one => one.Result.Configuration == name)?.Result.Seconds);
        Panel(
            multi.GetPlot(1), "accuracy and latency", "milliseconds of the dearest step (logarithmic)", true,
            name => study.Latency?.Result.Rows.FirstOrDefault(row => row.Name == (name switch
            {
                AccuracyPart.GnnOnly => "GNN, propagated for the request",
                AccuracyPart.TextOnly => "Text encoded for the request",
                AccuracyPart.Hybrid => "Hybrid, one pair, text encoded for the request",
                AccuracyPart.Int8 => "Text encoded for the request, + INT8",
                AccuracyPart.Distilled => "Text encoded for the request, + distillation",
                _ => "", // LoRA is merged: no other latency
            }))?.Typical);
        multi.SavePng(file, 1250, 460);

        void Panel(Plot plot, string title, string axis, bool legend, Func<string, double?> x)
        {
            Style(plot, title);
            List<(double X, double Y)> points = [];
            foreach (var (name, style) in styles)
            {
                if (x(name) is not { } value)
                    continue;
                points.Add((Math.Log10(value), study.Mean(AccuracyPart.Full, name, row => row.Ndcg.Value)));
                var mark = plot.Add.Marker(points[^1].X, points[^1].Y, style.Shape, 13, style.Color);
                mark.LegendText = name;
            }

            double low = Math.Floor(points.Min(p => p.X) * 2) / 2, high = Math.Ceiling(points.Max(p => p.X) * 2) / 2,
                top = points.Max(p => p.Y);
            Decades(plot, Math.Floor(low), Math.Ceiling(high));
            plot.Axes.SetLimits(low - 0.1, high + 0.1, 0, top * 1.2);
            plot.Axes.Bottom.Label.Text = axis;
            plot.Axes.Left.Label.Text = "NDCG@10, all items";
            // Beside the panel: inside it would hide points.
            if (legend)
            {
                plot.ShowLegend(Edge.Right);
                // What this panel has no point of is explained here too: the other has no legend.
                foreach (var (name, style) in styles.Where(one =>
                    x(one.Key) is null && study.Trainings.Any(t => t.Result.Configuration == one.Key)))
                    plot.Legend.ManualItems.Add(new LegendItem
                    {
                        LabelText = name,
                        MarkerShape = style.Shape,
                        MarkerFillColor = style.Color,
                        MarkerLineColor = style.Color,
                        MarkerSize = 13
                    });
            }
            else
                plot.HideLegend();
        }
    }

    // Ticks at 1, 2 and 5 of each decade of a logarithmic axis.
    private static void Decades(Plot plot, double least, double most)
    {
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        bool fine = most - least <= 3;
        for (int decade = (int)least; decade <= (int)most; decade++)
        {
            foreach (int digit in (int[])[1, 2, 5])
            {
                double value = digit * Math.Pow(10, decade);
                if (digit == 1 || fine)
                    ticks.AddMajor(Math.Log10(value), value.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture));
                else
                    ticks.AddMinor(Math.Log10(value));
            }
        }

        plot.Axes.Bottom.TickGenerator = ticks;
    }

    private static Plot New(string title)
    {
        var plot = new Plot();
        Style(plot, title);
        return plot;
    }

    private static void Style(Plot plot, string title)
    {
        plot.Title(title);
        plot.Axes.Title.Label.FontSize = 17;
        plot.Axes.Title.Label.Bold = false;
        foreach (var axis in (IAxis[])[plot.Axes.Left, plot.Axes.Bottom])
        {
            axis.TickLabelStyle.FontSize = 14;
            axis.Label.FontSize = 14;
            axis.Label.Bold = false;
        }

        plot.HideAxesRight();
        plot.Grid.XAxisStyle.IsVisible = false;
        plot.Grid.MajorLineColor = Colors.Black.WithAlpha(0.12);
    }

    private static void HideAxesRight(this Plot plot)
    {
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
    }

    private static void Legend(Plot plot, Alignment alignment)
    {
        plot.ShowLegend(alignment, Orientation.Horizontal);
        plot.Legend.FontSize = 14;
    }

    // A name in two lines or three, so that neighbors do not overlap.
    private static string Wrapped(string name) => name.Replace(", ", ",\n", StringComparison.Ordinal)
        .Replace("transformer frozen", "transformer\nfrozen", StringComparison.Ordinal)
        .Replace("+ FPGA aggregation (simulated)", "+ FPGA\n(simulated)", StringComparison.Ordinal);
}
