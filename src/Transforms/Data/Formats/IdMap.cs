using System.Text;

namespace HybridRec.MLNet.Data;

/// <summary>Lines <c>original_id new_id</c>, separated by spaces or a tab, with or without a header.</summary>
internal static class IdMap
{
    internal static IEnumerable<(string Original, string Renumbered)> Read(DataFile file)
    {
        using var lines = new LineReader(file);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (lines.Read())
        {
            string line = Encoding.UTF8.GetString(lines.Current);
            string[] fields = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 0)
                continue;
            bool numbered = fields.Length == 2 && Utf8Numbers.TryId(Encoding.UTF8.GetBytes(fields[1]), out _);
            if (!numbered && lines.Number == 1 && fields.Length >= 2)
                continue;
            if (!numbered)
                throw file.Malformed(lines.Number, $"'{line}'", "original_id new_id, the latter a whole number from 0 to 2147483646");
            if (!seen.Add(fields[1]))
                throw file.Malformed(lines.Number, $"the new id {fields[1]} for the second time", "each new id once");
            yield return (fields[0], fields[1]);
        }
        if (seen.Count == 0)
            throw file.Malformed(0, "no row (the file is empty)", "lines 'original_id new_id'");
    }
}
