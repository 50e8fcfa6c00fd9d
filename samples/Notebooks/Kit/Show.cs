using System.Globalization;
using Microsoft.Data.Analysis;
using ScottPlot;

namespace Notebooks;

/// <summary>How the notebooks show things: tables with aligned columns on the console, figures as PNG files.</summary>
public static class Show
{
    private const int Width = 900, Height = 480, CellWidth = 60;

    /// <summary>Told the file of every figure; a notebook kernel displays it.</summary>
    public static Action<string>? FigureSaved { get; set; }

    /// <summary>
    /// Saves a figure into the folder that <c>HYBRIDREC_FIGURES</c> names, or <c>figures</c>, and says so in a line
    /// that the renderer understands.
    /// </summary>
    /// <param name="plot">The plot.</param>
    /// <param name="name">Name of the file, without ending.</param>
    /// <param name="caption">What is to be seen.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    public static void Figure(Plot plot, string name, string caption, int width = Width, int height = Height)
    {
        ArgumentNullException.ThrowIfNull(plot);
        string folder = Environment.GetEnvironmentVariable("HYBRIDREC_FIGURES") is { Length: > 0 } given ? given : "figures";
        string file = Path.Combine(Directory.CreateDirectory(folder).FullName, name + ".png");
        plot.SavePng(file, width, height);
        Console.WriteLine($"[figure: {name}.png] {caption}");
        FigureSaved?.Invoke(file);
    }

    /// <summary>
    /// Prints a table that is readable on a console and is a Markdown table as well. Columns of numbers are aligned right.
    /// </summary>
    /// <param name="headers">One a column.</param>
    /// <param name="rows">Rows of as many cells.</param>
    public static void Table(string[] headers, IEnumerable<object?[]> rows)
    {
        ArgumentNullException.ThrowIfNull(headers);
        object?[][] cells = [.. rows];
        string[][] texts = [.. cells.Select(row => row.Select(Text).ToArray())];
        bool[] right = [.. headers.Select((_, column) => cells.Length > 0 && cells.All(row => IsNumeric(row[column])))];
        int[] widths = [.. headers.Select((header, column) => Math.Max(
            3, texts.Select(row => row[column].Length).Append(header.Length).Max()))];
        string Line(string[] line) => "| " + string.Join(
            " | ", line.Select((cell, column) => right[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))) + " |";

        Console.WriteLine(Line(headers));
        Console.WriteLine("|" + string.Join(
            '|', widths.Select((width, column) => right[column] ? new string('-', width + 1) + ":" : new string('-', width + 2))) + "|");
        foreach (string[] row in texts)
            Console.WriteLine(Line(row));
        Console.WriteLine();
    }

    /// <summary>Prints the first rows of a data frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="rows">How many.</param>
    public static void Table(DataFrame frame, int rows = 8)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Table([.. frame.Columns.Select(column => column.Name)], frame.Rows.Take(rows).Select(row => row.ToArray()));
    }

    private static bool IsNumeric(object? cell) => cell is null or IFormattable
        || (cell is string { Length: > 0 } text && (char.IsDigit(text[0]) || "+-.".Contains(text[0], StringComparison.Ordinal)));

    private static string Text(object? cell) => cell switch
    {
        null => "",
        double or float => Number(Convert.ToDouble(cell, CultureInfo.InvariantCulture)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Short(cell.ToString()!).Replace("|", ", ", StringComparison.Ordinal),
    };

    private static string Number(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e6
        ? value.ToString("0", CultureInfo.InvariantCulture)
        : value.ToString(Math.Abs(value) < 1 ? "0.0000" : "0.00", CultureInfo.InvariantCulture);

    private static string Short(string text) => text.Length <= CellWidth ? text : text[..(CellWidth - 1)] + "…";
}
