using System.Text;

namespace HybridRec.MLNet.Data;

/// <summary>Finds the fields of a csv file by the names in its first line.</summary>
internal static class CsvHeader
{
    /// <summary>Position of each name; throws when one is missing.</summary>
    internal static int[] Read(LineReader lines, CsvRecord record, params ReadOnlySpan<string> names)
    {
        if (!lines.Read())
            throw lines.File.Malformed(0, "no row (the file is empty)", "a header line and at least one row");
        if (record.Parse(lines) is { } problem)
            throw lines.File.Malformed(1, problem, "a header line of column names");
        var header = new string[record.Count];
        for (int i = 0; i < header.Length; i++)
            header[i] = Encoding.UTF8.GetString(record[i]).Trim();
        var positions = new int[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            string name = names[i];
            positions[i] = Array.FindIndex(header, h => h.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (positions[i] < 0)
                throw lines.File.Malformed(
                    1, $"the columns {string.Join(",", header)}", $"a header with the columns {string.Join(",", names!)}");
        }
        return positions;
    }
}
