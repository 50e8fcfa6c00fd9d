using HybridRec.MLNet.Data;
using HybridRec.MLNet.Items;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Serving;

/// <summary>What is shown and asked for of the items, by their row: id, title, categories, popularity.</summary>
internal sealed class ItemDirectory
{
    private static readonly char[] s_separators = ['|', ',', ';'];

    private readonly EntityIndex _ids;
    private readonly string[]? _titles;
    private readonly string[]? _categories;
    private readonly Dictionary<string, int[]> _rowsOf;

    public ItemDirectory(EntityIndex ids, string[]? titles, string[]? categories, int[] counts)
    {
        (_ids, _titles, _categories, Counts) = (ids, titles, categories, counts);
        ByPopularity = [.. Enumerable.Range(0, counts.Length).OrderByDescending(row => counts[row])];
        var rows = new Dictionary<string, List<int>>(StringComparer.OrdinalIgnoreCase);
        for (int row = 0; row < (categories?.Length ?? 0); row++)
        {
            foreach (string category in Split(categories![row]))
            {
                if (!rows.TryGetValue(category, out List<int>? of))
                    rows.Add(category, of = []);
                if (of.Count == 0 || of[^1] != row)
                    of.Add(row);
            }
        }

        _rowsOf = rows.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray(), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Items.</summary>
    public int Count => _ids.Count;

    /// <summary>Interactions of each row.</summary>
    public int[] Counts { get; }

    /// <summary>Rows, most interactions first; equal ones by row.</summary>
    public int[] ByPopularity { get; }

    /// <summary>The categories, sorted.</summary>
    public IEnumerable<string> Categories => _rowsOf.Keys.Order(StringComparer.OrdinalIgnoreCase);

    public bool TryGetRow(string id, out int row) => _ids.TryGetCode(id, out row);

    public string IdOf(int row) => _ids.IdOf(row);

    public string? TitleOf(int row) => _titles?[row];

    public string[] CategoriesOf(int row) => _categories is null ? [] : Split(_categories[row]);

    public ItemInfo Item(int row) => new(IdOf(row), TitleOf(row), CategoriesOf(row), Counts[row]);

    /// <summary>The rows of a category, ascending; null when there is none of that name.</summary>
    public int[]? RowsOf(string category) => _rowsOf.GetValueOrDefault(category.Trim());

    /// <summary>The directory with other popularity, and with rows that are new or known better.</summary>
    /// <param name="counts">Interactions of each row, the new ones at the end.</param>
    /// <param name="table">Rows of the items the changes come from.</param>
    /// <param name="columns">Its title and category columns.</param>
    /// <param name="changes">The row here, the code there, and the id.</param>
    public ItemDirectory With(int[] counts, EntityTable table, (string Title, string Category) columns, IReadOnlyList<(int Row, int Code, string Id)> changes)
    {
        string[]? titles = Changed(_titles, ReadText(table, columns.Title), counts.Length, changes);
        string[]? categories = Changed(_categories, ReadText(table, columns.Category), counts.Length, changes);
        var ids = EntityIndex.FromIds([.. Enumerable.Range(0, Count).Select(IdOf), .. changes.Where(change => change.Row >= Count).Select(change => change.Id)]);
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

    private static string[]? Changed(string[]? old, string[]? changed, int count, IReadOnlyList<(int Row, int Code, string Id)> changes)
    {
        if (old is null)
            return null;
        string[] next = new string[count];
        Array.Fill(next, "");
        old.CopyTo(next, 0);
        if (changed is null)
            return next;
        foreach (var (row, code, _) in changes)
            next[row] = changed[code];
        return next;
    }

    private static string[] Split(string categories) =>
        categories.Split(s_separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
