using System.Text.RegularExpressions;

namespace HybridRec.MLNet.Tests.Architecture.Docs;

/// <summary>The README and the pages of docs/.</summary>
internal static partial class Pages
{
    /// <summary>Every page, by its path below the root.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "README.md",
        .. Directory.EnumerateFiles(Path.Combine(House.Root, "docs"), "*.md", SearchOption.AllDirectories).Select(House.Relative)
            .Order(StringComparer.Ordinal),
    ];

    public static string[] Lines(string page) => File.ReadAllLines(Path.Combine(House.Root, page));

    /// <summary>The C# of a page. One that stands behind a comment "not compiled" is left out; the comment says why.</summary>
    public static IEnumerable<Snippet> Snippets(string page)
    {
        string[] lines = Lines(page);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() != "```csharp")
                continue;
            int first = i + 1;
            while (++i < lines.Length && lines[i].Trim() != "```")
            {
            }

            if (first < 2 || !NotCompiled().IsMatch(lines[first - 2]))
                yield return new Snippet(page, first + 1, lines[first..i]);
        }
    }

    /// <summary>The tables of options: the name in the comment before each, and its rows.</summary>
    public static IEnumerable<(string Options, int Line, List<string[]> Rows)> OptionTables(string page)
    {
        string[] lines = Lines(page);
        for (int i = 0; i < lines.Length; i++)
        {
            if (OptionsComment().Match(lines[i]) is not { Success: true } comment)
                continue;
            var rows = new List<string[]>();
            int line = i + 1;
            for (i += 3; i < lines.Length && lines[i].StartsWith('|'); i++)
                rows.Add([.. Cells().Split(lines[i].Trim().Trim('|')).Select(cell => cell.Trim().Trim('`'))]);
            yield return (comment.Groups["name"].Value, line, rows);
        }
    }

    [GeneratedRegex(@"^<!-- not compiled: .+ -->$")]
    private static partial Regex NotCompiled();

    [GeneratedRegex(@"^<!-- options: (?<name>[\w.]+) -->$")]
    private static partial Regex OptionsComment();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Cells();
}
