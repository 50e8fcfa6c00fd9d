using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Data;

/// <summary>One row an item of a table of texts.</summary>
internal static class ItemsView
{
    private sealed class NumberedItem
    {
        public int Item { get; init; }

        public required string ItemTitle { get; init; }

        public required string ItemText { get; init; }
    }

    private sealed class TextItem
    {
        public required string Item { get; init; }

        public required string ItemTitle { get; init; }

        public required string ItemText { get; init; }
    }

    internal static IDataView Create(MLContext context, ItemTexts texts, bool numbered)
    {
        var rows = texts.Table.Rows;
        return numbered
            ? context.Data.LoadFromEnumerable(
                rows.Select(r => new NumberedItem { Item = Number(r.Key), ItemTitle = r.Value[0], ItemText = r.Value[1] }).ToArray())
            : context.Data.LoadFromEnumerable(
                rows.Select(r => new TextItem { Item = r.Key, ItemTitle = r.Value[0], ItemText = r.Value[1] }).ToArray());
    }

    /// <summary>
    /// One row an item of the view: the first row with a text that is not empty, else its first row. In the order of those rows, with the
    /// columns of the item, cached in memory.
    /// </summary>
    internal static IDataView Distinct(MLContext context, IDataView view)
    {
        EntityIndex.Read(view, ColumnNames.Item, out int[] items);
        bool[]? described = Described(view, items.Length);
        var chosen = new Dictionary<int, int>();
        for (int row = 0; row < items.Length; row++)
        {
            if (items[row] < 0)
                continue;
            if (!chosen.TryGetValue(items[row], out int other) || described is not null && described[row] && !described[other])
                chosen[items[row]] = row;
        }
        var parts = new byte[items.Length];
        foreach (int row in chosen.Values)
            parts[row] = 1;
        string[] columns = [.. view.Schema
            .Where(c => !c.IsHidden && c.Name.StartsWith(ColumnNames.Item, StringComparison.Ordinal)).Select(c => c.Name)];
        var rows = new RowFilterView(view, parts, part: 1);
        return context.Data.Cache(context.Transforms.SelectColumns(columns).Fit(rows).Transform(rows));
    }

    private static bool[]? Described(IDataView view, int count)
    {
        if (view.Schema.GetColumnOrNull(ColumnNames.ItemText) is not { Type: TextDataViewType } column)
            return null;
        var described = new bool[count];
        using var cursor = view.GetRowCursor([column]);
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        for (int row = 0; row < count && cursor.MoveNext(); row++)
        {
            getter(ref text);
            described[row] = !text.IsEmpty;
        }
        return described;
    }

    private static int Number(string id) => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw new ArgumentException(
            $"The item id '{id}' is not a whole number from 0 to 2147483647; ask for text ids (numbered: false).");
}
