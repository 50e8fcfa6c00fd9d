using System.Text.RegularExpressions;

namespace Notebooks.Rendering;

/// <summary>
/// Turns what a cell printed into text and figures: a line <c>[figure: name.png] caption</c> stands for a file that the notebook saved.
/// </summary>
internal static partial class OutputReader
{
    /// <param name="printed">What the cell printed.</param>
    /// <param name="figures">Gives the bytes of a figure by its file name.</param>
    public static IReadOnlyList<CellOutput> Read(string printed, Func<string, byte[]> figures)
    {
        var outputs = new List<CellOutput>();
        var text = new List<string>();
        foreach (string line in printed.Split('\n'))
        {
            if (FigureLine().Match(line) is not { Success: true } match)
            {
                text.Add(line.TrimEnd());
                continue;
            }

            Flush();
            outputs.Add(new CellOutput.Figure(match.Groups[1].Value, match.Groups[2].Value, figures(match.Groups[1].Value)));
        }

        Flush();
        return outputs;

        void Flush()
        {
            string lines = string.Join('\n', text).Trim('\n');
            if (lines.Length > 0)
                outputs.Add(new CellOutput.Text(lines));
            text.Clear();
        }
    }

    [GeneratedRegex(@"^\[figure: ([\w.-]+\.png)\] ?(.*)$")]
    private static partial Regex FigureLine();
}
