using System.Globalization;
using Microsoft.Data.Analysis;

namespace HybridRec.MLNet;

/// <summary>What <c>ml.Hybrid.Search</c> tried. <see cref="ToString"/> gives a table, best first.</summary>
public sealed class SearchReport
{
    private readonly string _metric;

    internal SearchReport(IReadOnlyList<SearchTrial> trials, string metric)
    {
        Trials = trials;
        _metric = metric;
        Best = trials.Where(trial => !double.IsNaN(trial.Value)).OrderByDescending(trial => trial.Rung)
            .ThenByDescending(trial => trial.Value).ThenBy(trial => trial.Configuration).FirstOrDefault()
            ?? throw new InvalidOperationException(
                $"Search: all {trials.Count} trials failed; the first said: {trials.FirstOrDefault()?.Failure}");
    }

    /// <summary>Every trial in the order it was run.</summary>
    public IReadOnlyList<SearchTrial> Trials { get; }

    /// <summary>The best trial of the last rung: the one with the most epochs, so that trials are compared like with like.</summary>
    public SearchTrial Best { get; }

    /// <summary>One row a trial: Configuration, Rung, Epochs, a text column a parameter, Value, Seconds, Failure.</summary>
    public DataFrame ToDataFrame()
    {
        var names = Best.Parameters.Values.Keys;
        return new DataFrame([
            new Int32DataFrameColumn("Configuration", Trials.Select(trial => trial.Configuration)),
            new Int32DataFrameColumn("Rung", Trials.Select(trial => trial.Rung)),
            new Int32DataFrameColumn("Epochs", Trials.Select(trial => trial.Epochs)),
            .. names.Select(name => new StringDataFrameColumn(name, Trials.Select(trial => trial.Parameters.Text(name)))),
            new DoubleDataFrameColumn("Value", Trials.Select(trial => trial.Value)),
            new DoubleDataFrameColumn("Seconds", Trials.Select(trial => trial.Elapsed.TotalSeconds)),
            new StringDataFrameColumn("Failure", Trials.Select(trial => trial.Failure ?? "")),
        ]);
    }

    /// <summary>A table with aligned columns.</summary>
    public override string ToString()
    {
        string[] names = [.. Best.Parameters.Values.Keys];
        List<string[]> lines = [["rung", "epochs", _metric, "seconds", .. names]];
        foreach (var trial in Trials.OrderByDescending(trial => trial.Rung)
            .ThenByDescending(trial => double.IsNaN(trial.Value) ? double.NegativeInfinity : trial.Value))
            lines.Add([
                Text(trial.Rung), Text(trial.Epochs),
                double.IsNaN(trial.Value) ? "failed" : trial.Value.ToString("F4", CultureInfo.InvariantCulture),
                trial.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture),
                .. names.Select(name => Short(trial.Parameters.Text(name))),
            ]);
        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length))];
        return string.Join(
            Environment.NewLine, lines.Select(line => string.Join("  ", line.Select((cell, column) => cell.PadLeft(widths[column])))));
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    // Drawn numbers have 17 digits; a reader needs four.
    private static string Short(string value) => value.Contains('.', StringComparison.Ordinal)
        && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
        ? number.ToString("G4", CultureInfo.InvariantCulture)
        : value;
}
