namespace HybridRec.MLNet.Data;

/// <summary>Where in a delimited file the fields are.</summary>
/// <param name="Separator">What separates them.</param>
/// <param name="Header">The names, as they stand in the file.</param>
internal sealed record CsvLayout(char Separator, string[] Header)
{
    private static readonly char[] s_separators = [',', ';', '\t', '|'];

    /// <summary>Reads the header of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="separator">The separator; null for the one that makes the wanted names out of the header.</param>
    /// <param name="wanted">Names that have to be there.</param>
    internal static CsvLayout Read(DataFile file, char? separator, IReadOnlyCollection<string> wanted)
    {
        CsvLayout? best = null;
        string? problem = null;
        foreach (char candidate in separator is { } given ? [given] : s_separators)
        {
            using var lines = new LineReader(file);
            var record = new CsvRecord(candidate);
            if (!NextLine(lines))
                throw file.Malformed(0, "no row (the file is empty)", "a header line and at least one row");
            problem = record.Parse(lines) ?? problem;
            var header = new string[record.Count];
            for (int i = 0; i < header.Length; i++)
                header[i] = FieldText.Decode(record[i]).Trim();
            var layout = new CsvLayout(candidate, header);
            if (wanted.All(name => layout.Find(name) >= 0))
                return layout;
            if (best is null || header.Length > best.Header.Length)
                best = layout;
        }
        throw file.Malformed(
            1, problem ?? $"the columns {string.Join(", ", best!.Header)}",
            $"a header with the columns {string.Join(", ", wanted)}; give the names as the file has them (it needs a header), and the " +
            "separator if it is none of , ; tab |");
    }

    /// <summary>Position of a column; -1 where there is none. The name as it stands goes before one in other case.</summary>
    internal int Find(string name)
    {
        int position = Array.IndexOf(Header, name);
        return position >= 0 ? position : Array.FindIndex(Header, other => other.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Moves to the next line that is not blank.</summary>
    internal static bool NextLine(LineReader lines)
    {
        while (lines.Read())
        {
            if (!lines.Current.Trim(" \t"u8).IsEmpty)
                return true;
        }
        return false;
    }
}
