using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Notebooks.Rendering;

/// <summary>
/// Finds out which cell printed what: a copy of the source prints a mark where each cell begins, and the output is cut at the marks.
/// <c>#line</c> lets errors name the source.
/// </summary>
internal static partial class CellMarkers
{
    /// <summary>Record separator: no notebook prints one by itself.</summary>
    private const char Mark = '\u001e';

    /// <summary>The copy.</summary>
    /// <param name="source">The notebook.</param>
    /// <param name="path">Full path of its file: errors name it, and the projects of its <c>#:project</c> lines lie relative to it.</param>
    public static string Insert(NotebookSource source, string path)
    {
        var text = new StringBuilder();
        foreach (string directive in source.Directives)
            text.Append(Rooted(directive, Path.GetDirectoryName(path)!)).Append('\n');
        for (int i = 0; i < source.Cells.Count; i++)
        {
            if (source.Cells[i].Kind == CellKind.Markdown)
                continue;
            // Using directives come before every statement.
            string[] lines = source.Cells[i].Source.Split('\n');
            int usings = lines.TakeWhile(line => string.IsNullOrWhiteSpace(line) || line.StartsWith(
                "//", StringComparison.Ordinal) || UsingDirective().IsMatch(line)).Count();
            Append(text, lines[..usings], path, source.Cells[i].FirstLine);
            text.Append(CultureInfo.InvariantCulture, $"System.Console.Write(\"\\u{(int)Mark:x4}{i}\\n\");\n");
            Append(text, lines[usings..], path, source.Cells[i].FirstLine + usings);
        }

        return text.ToString();
    }

    /// <summary>Cuts the output of the copy: what each cell printed, empty for prose and for cells that were not reached.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="cells">Number of cells.</param>
    /// <exception cref="FormatException">Something was printed before the first cell, or a mark is none.</exception>
    public static string[] Split(string output, int cells)
    {
        string[] printed = new string[cells];
        Array.Fill(printed, "");
        string[] parts = output.ReplaceLineEndings("\n").Split(Mark);
        if (!string.IsNullOrWhiteSpace(parts[0]))
            throw new FormatException($"Before its first cell the notebook printed: {parts[0].Trim()}");
        foreach (string part in parts[1..])
        {
            int end = part.IndexOf('\n', StringComparison.Ordinal);
            if (end < 0 || !int.TryParse(part[..end], NumberStyles.None, CultureInfo.InvariantCulture, out int cell) || cell >= cells)
                throw new FormatException(
                    $"The notebook printed the sign U+{(int)Mark:X4}, which separates the output of cells: {part.Trim()}");
            printed[cell] += part[(end + 1)..];
        }

        return printed;
    }

    private static void Append(StringBuilder text, string[] lines, string path, int first)
    {
        if (lines.Length == 0)
            return;
        text.Append(CultureInfo.InvariantCulture, $"#line {first} \"{path}\"\n").AppendJoin('\n', lines).Append("\n#line default\n");
    }

    private static string Rooted(string directive, string folder)
    {
        const string Project = "#:project ";
        return directive.StartsWith(Project, StringComparison.Ordinal)
            ? Project + Path.GetFullPath(directive[Project.Length..].Trim(), folder)
            : directive;
    }

    [GeneratedRegex(@"^using\s+(static\s+)?[\w.]+(\s*=\s*[^()]+)?;\s*(//.*)?$")]
    private static partial Regex UsingDirective();
}
