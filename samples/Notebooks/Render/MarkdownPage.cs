using System.Text;

namespace Notebooks.Rendering;

/// <summary>The Markdown form: prose, code in fences, and below it what it printed; tables as tables, figures as images.</summary>
internal static class MarkdownPage
{
    /// <param name="name">Name of the notebook; its figures lie in a folder of that name.</param>
    /// <param name="cells">The cells with their output.</param>
    public static string Write(string name, IEnumerable<RenderedCell> cells)
    {
        var page = new StringBuilder($"<!-- Made from {name}.cs by samples/Notebooks/Render: change that, not this. -->\n\n");
        foreach (var (cell, outputs) in cells)
        {
            if (cell.Kind == CellKind.Markdown)
            {
                page.Append(cell.Source).Append("\n\n");
                continue;
            }

            Fence(page, "csharp", cell.Source);
            foreach (CellOutput output in outputs)
            {
                if (output is CellOutput.Figure figure)
                    page.Append($"![{figure.Caption}]({name}/{figure.Name})\n\n*{figure.Caption}*\n\n");
                else if (output is CellOutput.Text text)
                    AppendText(page, text.Lines);
            }
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>Runs of lines that are a table stay one, what is between them goes into fences.</summary>
    private static void AppendText(StringBuilder page, string lines)
    {
        var run = new List<string>();
        bool table = false;
        foreach (string line in lines.Split('\n'))
        {
            bool row = line.StartsWith("| ", StringComparison.Ordinal) || line.StartsWith("|-", StringComparison.Ordinal);
            if (row != table)
                Flush();
            table = row;
            run.Add(line);
        }

        Flush();

        void Flush()
        {
            string text = string.Join('\n', run).Trim('\n');
            run.Clear();
            if (text.Length == 0)
                return;
            if (table)
                page.Append(text).Append("\n\n");
            else
                Fence(page, "text", text);
        }
    }

    private static void Fence(StringBuilder page, string language, string text)
    {
        // A fence has to be longer than any in the text.
        string ticks = "```";
        while (text.Contains(ticks, StringComparison.Ordinal))
            ticks += '`';
        page.Append($"{ticks}{language}\n{text}\n{ticks}\n\n");
    }
}
