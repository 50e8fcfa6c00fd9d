using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of <see cref="DataCatalog.LoadCsv(string, CsvOptions)"/>.</summary>
public sealed record CsvOptions : LoaderOptions
{
    internal const string Stage = "LoadCsv";

    private static readonly string[] s_taken =
    [
        ColumnNames.User, ColumnNames.Item, ColumnNames.Label, ColumnNames.Timestamp, ColumnNames.ItemTitle, ColumnNames.ItemText,
        ColumnNames.ReviewText,
    ];

    /// <summary>
    /// Which column of the file is what, by the names in its header. Times may be seconds or milliseconds since 1970, or ISO dates
    /// with or without time and zone; without a zone they are UTC.
    /// </summary>
    /// <value>The default is <c>User</c> and <c>Item</c>, and no other column.</value>
    public DataColumns Columns { get; init; } = new();

    /// <summary>
    /// Further columns that are kept under their own names: Single where every cell is a number or empty (NaN), else text.
    /// </summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Keep { get; init; } = [];

    /// <summary>Titles and texts of the items by their ids.</summary>
    /// <value>The default is null: only those of <see cref="Columns"/>.</value>
    public ItemTexts? ItemTexts { get; init; }

    /// <summary>What separates the fields.</summary>
    /// <value>The default is null: comma, semicolon, tab or bar, whichever makes the named columns out of the header.</value>
    public char? Separator { get; init; }

    /// <summary>
    /// Whether ids are numbers (Int32) rather than text. Say it where two files have to agree, such as a training and a test file of which
    /// one alone has an id with a letter.
    /// </summary>
    /// <value>The default is null: an id column is Int32 if all its cells are whole numbers from 0 to 2147483646, written without leading
    /// zeros; else text.</value>
    public bool? NumberedIds { get; init; }

    internal void Validate()
    {
        var check = new OptionCheck(Stage);
        check.Require(Columns is not null, "null", "the names of the columns", nameof(Columns));
        Columns!.Validate(Stage);
        check.Require(
            Keep is not null && Keep.All(name => !string.IsNullOrWhiteSpace(name) && !s_taken.Contains(name)),
            Keep is null ? "null" : string.Join(", ", Keep),
            $"names of columns other than {string.Join(", ", s_taken)}, which are made from {nameof(Columns)}", nameof(Keep));
        check.Require(
            Separator is null or (< (char)128 and not ('"' or '\r' or '\n')), Separator, "an ASCII character, not a quote",
            nameof(Separator));
    }
}
