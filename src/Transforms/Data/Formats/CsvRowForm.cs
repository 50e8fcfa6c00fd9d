namespace HybridRec.MLNet.Data;

/// <summary>What the columns of a delimited file of interactions are, by position; -1 for what there is not.</summary>
internal sealed record CsvRowForm(CsvLayout Layout, int User, int Item, int Label, int Timestamp, bool NumberedUsers, bool NumberedItems)
{
    internal static CsvRowForm Of(CsvLayout layout, DataColumns columns, bool numbered) => new(
        layout, layout.Find(columns.User), layout.Find(columns.Item), Position(layout, columns.Label),
        Position(layout, columns.Timestamp), numbered, numbered);

    internal static int Position(CsvLayout layout, string? name) => name is null ? -1 : layout.Find(name);
}
