namespace HybridRec.MLNet.Data;

/// <summary>What one pass over a delimited file tells: which columns are numbers, and how many rows have a text.</summary>
internal sealed class CsvScan
{
    private CsvScan(CsvRowForm form, IReadOnlySet<int> numbers, long rows, long described)
    {
        Form = form;
        Numbers = numbers;
        Rows = rows;
        Described = described;
    }

    /// <summary>The form with the types of the ids.</summary>
    internal CsvRowForm Form { get; }

    /// <summary>Positions of kept columns whose every cell is a number or empty, and not every one empty.</summary>
    internal IReadOnlySet<int> Numbers { get; }

    /// <summary>Rows that can be read.</summary>
    internal long Rows { get; }

    /// <summary>Rows whose item has an entry in the texts.</summary>
    internal long Described { get; }

    /// <summary>Reads the file once.</summary>
    internal static CsvScan Read(DataFile file, CsvRowForm form, CsvOptions options, IReadOnlyList<int> kept)
    {
        using var reader = new CsvRowReader(file, form, options.SkipMalformed);
        bool users = true, items = true;
        long rows = 0, described = 0;
        var numbers = kept.ToHashSet();
        var filled = new HashSet<int>();
        while (reader.Read())
        {
            rows++;
            users = users && CsvRowReader.IsNumber(reader.Bytes(form.User));
            items = items && CsvRowReader.IsNumber(reader.Bytes(form.Item));
            if (options.ItemTexts is { } texts && texts.Table.Contains(reader.Text(form.Item)))
                described++;
            numbers.RemoveWhere(position => !reader.Bytes(position).IsEmpty && !Utf8Numbers.TryLabel(reader.Bytes(position), out _));
            foreach (int position in numbers)
            {
                if (!reader.Bytes(position).IsEmpty)
                    filled.Add(position);
            }
        }
        if (rows == 0)
            throw reader.FirstSkipped ?? file.Malformed(0, "no row behind the header", "at least one row");
        numbers.IntersectWith(filled);
        var typed = form with
        {
            NumberedUsers = options.NumberedIds ?? users,
            NumberedItems = options.NumberedIds ?? items,
        };
        return new(typed, numbers, rows, described);
    }
}
