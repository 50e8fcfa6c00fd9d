using System.Buffers;
using System.Globalization;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Catalogues;
using Microsoft.ML;

namespace HybridRec.MLNet;

/// <summary>
/// Exact top-N recommendation: scores every item of the catalogue for a user and keeps the best. Made by <c>ml.Hybrid.CreateRecommender</c>.
/// Safe to use from many threads.
/// </summary>
/// <remarks>
/// Items of equal score come in the order of their popularity in the data. A user id the data does not have gets the most popular items, each
/// with its number of interactions as the score; <see cref="Knows(string)"/> tells the two apart.
/// </remarks>
public sealed class Recommender : IDisposable
{
    private readonly Catalogue _catalogue;
    private readonly ICatalogueScorer _scorer;
    private readonly InteractionGraph _taken; // item nodes are popularity ranks
    private readonly int[] _itemOfRank;
    private readonly float[] _popularity;
    private readonly string[]? _titles;

    internal Recommender(MLContext ml, ITransformer model, IDataView data, IDataView? items, RecommenderColumns columns)
    {
        List<CatalogueSource> sources = [new(data)];
        if (items is not null)
            sources.Add(new CatalogueSource(items, Users: false));
        _catalogue = Catalogue.Create(sources, columns.User, columns.Item, out var codes);
        if (_catalogue.UserCount == 0 || _catalogue.ItemCount == 0)
            throw new ArgumentException($"The data has no row with both a '{columns.User}' and an '{columns.Item}': there is nothing to recommend to or from.");
        _scorer = CatalogueScorers.Create(ml, model, _catalogue);

        var pairs = codes[0].Users.Zip(codes[0].Items).Where(pair => pair.First >= 0 && pair.Second >= 0).ToArray();
        int[] counts = new int[_catalogue.ItemCount];
        foreach (var (_, item) in pairs)
            counts[item]++;
        _itemOfRank = [.. Enumerable.Range(0, counts.Length).OrderByDescending(item => counts[item])];
        _popularity = [.. _itemOfRank.Select(item => (float)counts[item])];
        int[] rankOf = new int[counts.Length];
        for (int rank = 0; rank < rankOf.Length; rank++)
            rankOf[_itemOfRank[rank]] = rank;
        _taken = InteractionGraph.FromPairs(
            _catalogue.UserCount, _catalogue.ItemCount, [.. pairs.Select(p => p.First)], [.. pairs.Select(p => rankOf[p.Second])]);
        _titles = ReadTitles(_catalogue.ItemRows, columns.Title);
    }

    /// <summary>Items that can be recommended.</summary>
    public int ItemCount => _catalogue.ItemCount;

    /// <summary>Users of the data.</summary>
    public int UserCount => _catalogue.UserCount;

    /// <summary>Whether the data has a user.</summary>
    /// <param name="user">The id, as invariant text.</param>
    public bool Knows(string user) => _catalogue.Users.TryGetCode(user, out _);

    /// <summary>The best items for a user, best first.</summary>
    /// <param name="user">The user's id, as invariant text. One the data does not have gets the most popular items.</param>
    /// <param name="count">Items wanted, at least 1; fewer come back when the catalogue has no more.</param>
    /// <param name="excludeSeen">Whether to leave out the items the data has for this user.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public IReadOnlyList<Recommendation> Recommend(string user, int count = 10, bool excludeSeen = true)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        count = Math.Min(count, ItemCount);
        if (!_catalogue.Users.TryGetCode(user, out int code))
            return Best(_popularity, [], count);

        float[] byItem = ArrayPool<float>.Shared.Rent(ItemCount), byRank = ArrayPool<float>.Shared.Rent(ItemCount);
        try
        {
            _scorer.Score(code, byItem.AsSpan(0, ItemCount));
            for (int rank = 0; rank < _itemOfRank.Length; rank++)
                byRank[rank] = byItem[_itemOfRank[rank]];
            return Best(byRank.AsSpan(0, ItemCount), excludeSeen ? _taken.ItemsOf(code) : [], count);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(byItem);
            ArrayPool<float>.Shared.Return(byRank);
        }
    }

    /// <summary>The best items for a user, best first.</summary>
    /// <param name="user">The user's id. One the data does not have gets the most popular items.</param>
    /// <param name="count">Items wanted, at least 1; fewer come back when the catalogue has no more.</param>
    /// <param name="excludeSeen">Whether to leave out the items the data has for this user.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public IReadOnlyList<Recommendation> Recommend(long user, int count = 10, bool excludeSeen = true) =>
        Recommend(user.ToString(CultureInfo.InvariantCulture), count, excludeSeen);

    /// <inheritdoc cref="Recommend(long, int, bool)"/>
    public IReadOnlyList<Recommendation> Recommend(int user, int count = 10, bool excludeSeen = true) => Recommend((long)user, count, excludeSeen);

    /// <summary>Releases what the recommender made for itself; the model stays the caller's.</summary>
    public void Dispose() => (_scorer as IDisposable)?.Dispose();

    private Recommendation[] Best(ReadOnlySpan<float> byRank, ReadOnlySpan<int> excluded, int count)
    {
        int[] ranks = new int[count];
        float[] scores = new float[count];
        int found = TopKKernel.Select(byRank, excluded, ranks, scores);
        var best = new Recommendation[found];
        for (int i = 0; i < found; i++)
        {
            int item = _itemOfRank[ranks[i]];
            best[i] = new Recommendation(_catalogue.Items.IdOf(item), scores[i], _titles?[item]);
        }
        return best;
    }

    private static string[]? ReadTitles(EntityTable items, string column)
    {
        if (items.Schema.GetColumnOrNull(column) is not { } found || found.Type is not Microsoft.ML.Data.TextDataViewType)
            return null;
        int row = 0;
        var getter = (ValueGetter<ReadOnlyMemory<char>>)items[found.Index].MakeGetter(() => row);
        string[] titles = new string[items.RowCount];
        ReadOnlyMemory<char> title = default;
        for (; row < titles.Length; row++)
        {
            getter(ref title);
            titles[row] = title.ToString();
        }
        return titles;
    }
}
