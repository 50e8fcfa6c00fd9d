using HybridRec.MLNet.Data;
using HybridRec.MLNet.Items;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Serving;

/// <summary>What is shown and asked for of the items, by their row: id, title, categories, popularity.</summary>
internal sealed class ItemDirectory
{
    private readonly EntityIndex _ids;
    private readonly string[]? _titles;
    private readonly CategoryLists? _categories;

    public ItemDirectory(EntityIndex ids, string[]? titles, string[]? categories, int[] counts)
    {
        (_ids, _titles, _categories, Counts) = (ids, titles, categories is null ? null : new CategoryLists(categories), counts);
        ByPopularity = [.. Enumerable.Range(0, counts.Length).OrderByDescending(row => counts[row]).ThenBy(ids.IdOf, IdOrder.Comparer)];
    }

    /// <summary>Items.</summary>
    public int Count => _ids.Count;

    /// <summary>Interactions of each row.</summary>
    public int[] Counts { get; }

    /// <summary>Rows, most interactions first; equal ones by id.</summary>
    public int[] ByPopularity { get; }

    /// <summary>The categories, sorted.</summary>
    public IEnumerable<string> Categories => _categories?.Names ?? [];

    public bool TryGetRow(string id, out int row) => _ids.TryGetCode(id, out row);

    public string IdOf(int row) => _ids.IdOf(row);

    public string? TitleOf(int row) => _titles?[row];

    public IReadOnlyList<string> CategoriesOf(int row) => _categories?.Of(row) ?? [];

    /// <summary>The categories of an item of an answer.</summary>
    public IReadOnlyList<string> CategoriesOf(string id) => TryGetRow(id, out int row) ? CategoriesOf(row) : [];

    public ItemInfo Item(int row) => new(IdOf(row), TitleOf(row), CategoriesOf(row), Counts[row]);

    /// <summary>The rows of a category, ascending; null when there is none of that name.</summary>
    public int[]? RowsOf(string category) => _categories?.RowsOf(category);

    /// <summary>The recommendations of some rows, in their order.</summary>
    public Recommendation[] List(ReadOnlySpan<int> rows, ReadOnlySpan<float> scores)
    {
        var list = new Recommendation[rows.Length];
        for (int i = 0; i < list.Length; i++)
            list[i] = new Recommendation(IdOf(rows[i]), scores[i], TitleOf(rows[i]));
        return list;
    }

    /// <summary>The rows with the most interactions.</summary>
    /// <param name="filter">Which rows may come.</param>
    /// <param name="rows">Receives the rows; its length is K.</param>
    /// <param name="scores">Receives the interactions.</param>
    /// <returns>How many were found.</returns>
    public int MostPopular(ServingFilter filter, Span<int> rows, Span<float> scores)
    {
        int found = 0;
        foreach (int row in ByPopularity)
        {
            if (found == rows.Length)
                break;
            if (filter.Excluded.BinarySearch(row) >= 0 || (filter.Allowed is { } allowed && Array.BinarySearch(allowed, row) < 0))
                continue;
            (rows[found], scores[found++]) = (row, Counts[row]);
        }

        return found;
    }

    /// <summary>The directory with other popularity, and with rows that are new or known better.</summary>
    /// <param name="counts">Interactions of each row, the new ones at the end.</param>
    /// <param name="table">Rows of the items the changes come from.</param>
    /// <param name="columns">Its title and category columns.</param>
    /// <param name="changes">The items that are new or known better.</param>
    public ItemDirectory With(int[] counts, EntityTable table, (string Title, string Category) columns, IReadOnlyList<ItemChange> changes)
    {
        string[]? titles = Changed(_titles, ReadText(table, columns.Title), counts.Length, changes);
        string[]? categories = Changed(_categories?.Texts, ReadText(table, columns.Category), counts.Length, changes);
        IEnumerable<string> added = changes.Where(change => change.Row >= Count).Select(change => change.Id);
        var ids = EntityIndex.FromIds(Enumerable.Range(0, Count).Select(IdOf).Concat(added));
        return new ItemDirectory(ids, titles, categories, counts);
    }

    /// <summary>A text column of a table; null when it is missing or no text.</summary>
    public static string[]? ReadText(EntityTable items, string column)
    {
        if (items.Schema.GetColumnOrNull(column) is not { Type: TextDataViewType } found)
            return null;
        int row = 0;
        var getter = (ValueGetter<ReadOnlyMemory<char>>)items[found.Index].MakeGetter(() => row);
        string[] texts = new string[items.RowCount];
        ReadOnlyMemory<char> text = default;
        for (; row < texts.Length; row++)
        {
            getter(ref text);
            texts[row] = text.ToString();
        }

        return texts;
    }

    private static string[]? Changed(string[]? old, string[]? changed, int count, IReadOnlyList<ItemChange> changes)
    {
        if (old is null)
            return null;
        string[] next = new string[count];
        Array.Fill(next, "");
        old.CopyTo(next, 0);
        if (changed is null)
            return next;
        foreach (ItemChange change in changes)
            next[change.Row] = changed[change.Code];
        return next;
    }
}
