namespace HybridRec.MLNet.Serving;

/// <summary>The lists of ids and categories of a request as rows of a snapshot.</summary>
internal static class RequestRows
{
    /// <summary>
    /// The rows of ids, ascending and distinct; ids that are not there are left out, and told to <paramref name="unknown"/>.
    /// </summary>
    public static int[] Of(IEnumerable<string> ids, ItemDirectory items, List<string>? unknown = null)
    {
        var rows = new SortedSet<int>();
        foreach (string id in ids)
        {
            if (id is null)
                throw new ArgumentException("A list of items has an entry that is null.");
            if (items.TryGetRow(id, out int row))
                rows.Add(row);
            else
                unknown?.Add(UnknownIdException.Shown(id));
        }

        return [.. rows];
    }

    /// <summary>The only rows a request allows, ascending; null: all.</summary>
    /// <exception cref="UnknownIdException">There is no such category.</exception>
    public static int[]? Allowed(RecommendationRequest request, ItemDirectory items)
    {
        int[]? allowed = request.Allow is null ? null : Of(request.Allow, items);
        if (request.Categories is null)
            return allowed;
        // Each category once, each row once: a request may repeat a category ten thousand times.
        bool[] taken = new bool[items.Count];
        foreach (string category in request.Categories.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            int[] of = items.RowsOf(category ?? throw new ArgumentException("The list of categories has an entry that is null."))
                ?? throw new UnknownIdException("category", category, "Recommender.Categories has those there are.");
            foreach (int row in of)
                taken[row] = true;
        }

        IEnumerable<int> among = allowed ?? Enumerable.Range(0, taken.Length);
        return [.. among.Where(row => taken[row])];
    }

    /// <summary>Two ascending lists as one.</summary>
    public static int[] Union(ReadOnlySpan<int> left, int[] right)
    {
        var union = new SortedSet<int>(right);
        foreach (int row in left)
            union.Add(row);
        return [.. union];
    }
}
