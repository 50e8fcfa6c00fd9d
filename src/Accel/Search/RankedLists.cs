namespace HybridRec.MLNet.Accel;

/// <summary>The best items of many users, one list a user, best first.</summary>
internal sealed class RankedLists
{
    private readonly int[] _items;
    private readonly float[] _scores;
    private readonly int[] _counts;

    /// <summary>Empty lists for the given number of users.</summary>
    public RankedLists(int users, int k)
    {
        Guard.AtLeast(users, 0, nameof(users));
        Guard.AtLeast(k, 1, nameof(k));
        K = k;
        _items = new int[checked(users * k)];
        _scores = new float[_items.Length];
        _counts = new int[users];
    }

    /// <summary>Longest list.</summary>
    public int K { get; }

    /// <summary>Number of lists.</summary>
    public int Count => _counts.Length;

    /// <summary>Items of the list at a position, best first; shorter than K when there were not enough.</summary>
    public ReadOnlySpan<int> ItemsOf(int position) => _items.AsSpan(position * K, _counts[position]);

    /// <summary>Scores of <see cref="ItemsOf"/>.</summary>
    public ReadOnlySpan<float> ScoresOf(int position) => _scores.AsSpan(position * K, _counts[position]);

    /// <summary>Fills one list from the scores of all items.</summary>
    public void Select(int position, ReadOnlySpan<float> scores, ReadOnlySpan<int> excludedSorted) =>
        _counts[position] = Kernels.TopKKernel.Select(
            scores, excludedSorted, _items.AsSpan(position * K, K), _scores.AsSpan(position * K, K));

    /// <summary>Goes on with one list: the scores of items that come after all those it was selected from so far.</summary>
    /// <param name="position">The list.</param>
    /// <param name="scores">The scores of the next items.</param>
    /// <param name="firstItem">The first of those items.</param>
    /// <param name="excludedSorted">Items to leave out, ascending; those before or after these do not matter.</param>
    public void SelectMore(int position, ReadOnlySpan<float> scores, int firstItem, ReadOnlySpan<int> excludedSorted) =>
        _counts[position] = Kernels.TopKKernel.SelectMore(
            scores, firstItem, excludedSorted, _items.AsSpan(position * K, K), _scores.AsSpan(position * K, K), _counts[position]);

    /// <summary>Fills one list by what ranks elsewhere.</summary>
    public void Fill(int position, ListRanker ranker) =>
        _counts[position] = ranker(_items.AsSpan(position * K, K), _scores.AsSpan(position * K, K));
}

/// <summary>Writes the best items and their scores, K at most, and tells how many they are.</summary>
internal delegate int ListRanker(Span<int> items, Span<float> scores);
