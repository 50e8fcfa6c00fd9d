namespace Notebooks.Rendering;

/// <summary>
/// A file-based app that reads as a notebook: <c>#:</c> lines, then cells that begin with <c>// %%</c> (code) or
/// <c>// %% [markdown]</c> (comment lines).
/// </summary>
/// <param name="Name">Name of the file, without ending.</param>
/// <param name="Directives">The <c>#:</c> lines.</param>
/// <param name="Cells">The cells; there is one at least.</param>
internal sealed record NotebookSource(string Name, IReadOnlyList<string> Directives, IReadOnlyList<NotebookCell> Cells)
{
    private const string Marker = "// %%", MarkdownMarker = "// %% [markdown]";

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">There is no cell, code stands before the first one, code stands in a cell of prose, or a cell has
    /// what the .NET kernel cannot read; the message names file and line.</exception>
    public static NotebookSource Read(string path) => Parse(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path));

    /// <inheritdoc cref="Read"/>
    public static NotebookSource Parse(string name, string text)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        int first = Array.FindIndex(lines, line => line.StartsWith(Marker, StringComparison.Ordinal));
        if (first < 0)
            throw new FormatException(
                $"{name}.cs has no cell: begin each with a line '{Marker}' (code) or '{MarkdownMarker}' (prose in comment lines).");
        var directives = new List<string>();
        for (int i = 0; i < first; i++)
        {
            if (lines[i].StartsWith("#:", StringComparison.Ordinal))
                directives.Add(lines[i]);
            else if (!string.IsNullOrWhiteSpace(lines[i]) && !lines[i].StartsWith("#!", StringComparison.Ordinal))
                throw new FormatException(
                    $"{name}.cs({i + 1}): only '#:' lines may stand before the first cell, but there is '{lines[i]}'.");
        }

        var cells = new List<NotebookCell>();
        for (int start = first; start < lines.Length;)
        {
            int end = Array.FindIndex(lines, start + 1, line => line.StartsWith(Marker, StringComparison.Ordinal));
            if (end < 0)
                end = lines.Length;
            if (Cell(name, lines, start, end) is { } cell)
                cells.Add(cell);
            start = end;
        }

        return new NotebookSource(name, directives, cells);
    }

    /// <summary>The cell between a marker and the next; null if it is empty.</summary>
    private static NotebookCell? Cell(string name, string[] lines, int marker, int end)
    {
        bool prose = lines[marker].TrimEnd() == MarkdownMarker;
        if (!prose && lines[marker].TrimEnd() != Marker)
            throw new FormatException(
                $"{name}.cs({marker + 1}): '{lines[marker]}' is no marker of a cell; there are '{Marker}' and '{MarkdownMarker}'.");
        int from = marker + 1;
        while (from < end && string.IsNullOrWhiteSpace(lines[from]))
            from++;
        while (end > from && string.IsNullOrWhiteSpace(lines[end - 1]))
            end--;
        if (from == end)
            return null;
        IEnumerable<string> own = lines[from..end].Select((line, i) =>
            prose ? Prose(name, line, from + i + 1) : Code(name, line, from + i + 1));
        return new NotebookCell(prose ? CellKind.Markdown : CellKind.Code, string.Join('\n', own), from + 1);
    }

    private static string Code(string name, string line, int number) => line.StartsWith("using var ", StringComparison.Ordinal)
        ? throw new FormatException($"{name}.cs({number}): the .NET kernel has no 'using var' between cells. Declare it without 'using', " +
            "and dispose it where it ends.")
        : line.TrimEnd();

    private static string Prose(string name, string line, int number) => line switch
    {
        _ when line.StartsWith("// ", StringComparison.Ordinal) => line[3..].TrimEnd(),
        _ when line.TrimEnd() is "//" or "" => "",
        _ => throw new FormatException($"{name}.cs({number}): a line of a '{MarkdownMarker}' cell begins with '// ', but this one is " +
            $"'{line}'. Begin the code with a line '{Marker}'."),
    };
}
