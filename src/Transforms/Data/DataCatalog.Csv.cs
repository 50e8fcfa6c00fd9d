using HybridRec.MLNet.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet;

public sealed partial class DataCatalog
{
    private static readonly string[] s_starNames = ["rating", "ratings", "stars", "score", "overall", "label"];

    /// <inheritdoc cref="LoadCsv(string, CsvOptions)"/>
    /// <param name="path">The file: plain, gzipped, or alone in a folder or zip archive.</param>
    /// <param name="user">Header of the user's id.</param>
    /// <param name="item">Header of the item's id.</param>
    /// <param name="label">Header of a number, such as stars; null for label 1 in every row.</param>
    /// <param name="time">Header of the time, or null.</param>
    /// <param name="texts">Titles and texts of the items, or null.</param>
    /// <param name="positiveThreshold">Label from which on a row is a positive; null: above 0.</param>
    /// <param name="skipMalformed">Leave out and log rows that cannot be read, instead of throwing.</param>
    public IDataView LoadCsv(
        string path, string user = ColumnNames.User, string item = ColumnNames.Item, string? label = null, string? time = null,
        ItemTexts? texts = null, float? positiveThreshold = null, bool skipMalformed = false) =>
        LoadCsv(path, new CsvOptions
        {
            Columns = new() { User = user, Item = item, Label = label, Timestamp = time, PositiveThreshold = positiveThreshold },
            ItemTexts = texts,
            SkipMalformed = skipMalformed,
        });

    /// <summary>
    /// Loads orders, ratings, clicks or reviews from a delimited file with a header: one row an interaction, with a user and an item.
    /// Fields in double quotes may hold separators, line breaks and doubled quotes. UTF-8, with or without a byte order mark; what is not
    /// UTF-8 is taken for Latin-1.
    /// </summary>
    /// <remarks>The file is read once when this is called: to check every row, and to see which ids are numbers. The view reads it anew
    /// at each pass; nothing of it is held in memory.</remarks>
    /// <param name="path">The file: plain, gzipped, or alone in a folder or zip archive.</param>
    /// <param name="options">Which column is what.</param>
    /// <returns>
    /// <c>User</c>, <c>Item</c> (Int32 or text, see <see cref="CsvOptions.NumberedIds"/>), <c>Label</c> (Single; 1 without a label column),
    /// and where named <c>Timestamp</c> (Int64: seconds since 1970), <c>ItemTitle</c>, <c>ItemText</c>, <c>ReviewText</c> (text) and the
    /// kept columns.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is not allowed.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The header lacks a column, or a row cannot be read: says the file, the line, the column, what
    /// was found and what is allowed.</exception>
    public IDataView LoadCsv(string path, CsvOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var file = DataFolder.Single(path, "*.csv", "*.tsv", "*.txt", "*");
        var columns = options.Columns;
        string?[] named = [columns.User, columns.Item, columns.Label, columns.Timestamp, columns.ItemTitle, columns.ItemText,
            columns.ReviewText];
        var layout = CsvLayout.Read(file, options.Separator, [.. named.OfType<string>(), .. options.Keep]);
        int[] kept = [.. options.Keep.Select(layout.Find)];
        var scan = CsvScan.Read(file, CsvRowForm.Of(layout, columns, options.NumberedIds is true), options, kept);
        WarnOfCsv(file, layout, columns, options.ItemTexts, scan);
        IDataView view = StreamingView.Create(
            Context, CsvColumns(scan, options), () => new CsvRowReader(file, scan.Form, options.SkipMalformed));
        return options.ItemTexts is { } texts ? texts.Table.Join(view, ColumnNames.Item) : view;
    }

    private static List<StreamColumn> CsvColumns(CsvScan scan, CsvOptions options)
    {
        var (form, named) = (scan.Form, options.Columns);
        List<StreamColumn> columns =
        [
            form.NumberedUsers
                ? StreamColumn.Of<CsvRowReader, int>(ColumnNames.User, NumberDataViewType.Int32, r => r.User)
                : Text(ColumnNames.User, form.User),
            form.NumberedItems
                ? StreamColumn.Of<CsvRowReader, int>(ColumnNames.Item, NumberDataViewType.Int32, r => r.Item)
                : Text(ColumnNames.Item, form.Item),
            StreamColumn.Label<CsvRowReader>(r => r.Label, named.PositiveThreshold),
        ];
        if (form.Timestamp >= 0)
            columns.Add(StreamColumn.Of<CsvRowReader, long>(ColumnNames.Timestamp, NumberDataViewType.Int64, r => r.Timestamp));
        (string Name, string? Header)[] texts =
        [
            (ColumnNames.ItemTitle, named.ItemTitle), (ColumnNames.ItemText, named.ItemText), (ColumnNames.ReviewText, named.ReviewText),
        ];
        foreach ((string name, string? header) in texts)
        {
            if (header is not null)
                columns.Add(Text(name, form.Layout.Find(header)));
        }
        foreach (string name in options.Keep)
        {
            int position = form.Layout.Find(name);
            columns.Add(scan.Numbers.Contains(position)
                ? StreamColumn.Of<CsvRowReader, float>(name, NumberDataViewType.Single, r => r.Number(position))
                : Text(name, position));
        }
        return columns;

        static StreamColumn Text(string name, int position) => StreamColumn.Text<CsvRowReader>(name, r => r.Text(position));
    }

    private void WarnOfCsv(DataFile file, CsvLayout layout, DataColumns columns, ItemTexts? texts, CsvScan scan)
    {
        if (texts is not null && scan.Described == 0)
        {
            Warn($"None of the {scan.Rows} rows of {file.DisplayName} has an item with a text; an item there is called " +
                "as in the column named by Item, and ids are compared letter by letter");
        }
        if (columns.Label is null && layout.Header.FirstOrDefault(name => s_starNames.Contains(name, StringComparer.OrdinalIgnoreCase)) is
            { } stars)
        {
            Warn($"Nobody reads the column '{stars}' of {file.DisplayName}: every row counts as a positive. If it says how much " +
                $"somebody liked the item, load it with label: \"{stars}\" and positiveThreshold");
        }
    }
}
