namespace HybridRec.MLNet.Serving;

/// <summary>The categories of items, by row, and the rows of each category. Items of the same text share one list.</summary>
internal sealed class CategoryLists
{
    private static readonly char[] s_separators = ['|', ',', ';'];

    private readonly IReadOnlyList<string>[] _ofRow;
    private readonly Dictionary<string, int[]> _rowsOf;

    /// <param name="texts">The categories of each row, joined by <c>|</c>, <c>,</c> or <c>;</c>.</param>
    public CategoryLists(string[] texts)
    {
        Texts = texts;
        _ofRow = new IReadOnlyList<string>[texts.Length];
        var lists = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var rows = new Dictionary<string, List<int>>(StringComparer.OrdinalIgnoreCase);
        for (int row = 0; row < texts.Length; row++)
        {
            if (!lists.TryGetValue(texts[row], out IReadOnlyList<string>? list))
                lists.Add(texts[row], list = Array.AsReadOnly(Split(texts[row])));
            _ofRow[row] = list;
            foreach (string category in list)
            {
                if (!rows.TryGetValue(category, out List<int>? of))
                    rows.Add(category, of = []);
                if (of.Count == 0 || of[^1] != row)
                    of.Add(row);
            }
        }

        _rowsOf = rows.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray(), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The text of each row.</summary>
    public string[] Texts { get; }

    /// <summary>The categories, sorted.</summary>
    public IEnumerable<string> Names => _rowsOf.Keys.Order(StringComparer.OrdinalIgnoreCase);

    /// <summary>The categories of a row.</summary>
    public IReadOnlyList<string> Of(int row) => _ofRow[row];

    /// <summary>The rows of a category, ascending; null when there is none of that name.</summary>
    public int[]? RowsOf(string category) => _rowsOf.GetValueOrDefault(category.Trim());

    private static string[] Split(string categories) =>
        categories.Split(s_separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
