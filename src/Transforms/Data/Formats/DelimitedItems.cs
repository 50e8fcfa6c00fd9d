namespace HybridRec.MLNet.Data;

/// <summary>Item texts of a csv or tsv file under a header.</summary>
internal static class DelimitedItems
{
    /// <param name="file">The file.</param>
    /// <param name="names">Headers of the id, the title, and whatever else the text is made of.</param>
    /// <param name="separator">The separator; null for the one that makes the names out of the header.</param>
    internal static ItemTexts Read(DataFile file, string[] names, char? separator)
    {
        var layout = CsvLayout.Read(file, separator, names);
        int[] positions = [.. names.Select(layout.Find)];
        int fields = layout.Header.Length;
        using var lines = new LineReader(file);
        var record = new CsvRecord(layout.Separator);
        CsvLayout.NextLine(lines);
        record.Parse(lines); // the header once more
        var result = new ItemTexts();
        while (lines.Read())
        {
            if (lines.Current.IsEmpty)
                continue;
            string? problem = record.Parse(lines) ?? (record.Count == fields ? null : $"{record.Count} fields");
            if (problem is not null)
                throw file.Malformed(record.FirstLine, problem, $"{fields} fields, as in the header");
            string[] values = [.. positions.Select(p => FieldText.Decode(record[p]))];
            if (values[0].Length > 0)
                result.Add(values[0], values[1], Sentences.Join(values[1..]));
        }
        return result;
    }
}
