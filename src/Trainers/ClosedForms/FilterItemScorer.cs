using System.Buffers;
using HybridRec.MLNet.Items;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>Scores all items by a <see cref="GraphFilterModel"/>: a user costs one row of weights an item they have.</summary>
/// <param name="model">The model.</param>
/// <param name="userKeys">For each user of the tables the key, 0-based, or -1.</param>
/// <param name="itemKeys">For each item of the tables the key, 0-based, or -1.</param>
internal sealed class FilterItemScorer(GraphFilterModel model, int[] userKeys, int[] itemKeys) : IItemScorer
{
    private long _nonFinite;

    /// <inheritdoc/>
    public int UserCount => userKeys.Length;

    /// <inheritdoc/>
    public int ItemCount => itemKeys.Length;

    /// <inheritdoc/>
    public long NonFiniteScores => Interlocked.Read(ref _nonFinite);

    /// <inheritdoc/>
    public void Score(int user, Span<float> scores) => Score([user], scores[..ItemCount]);

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> users, Span<float> scores)
    {
        float[] byKey = ArrayPool<float>.Shared.Rent(users.Length * model.ItemCount);
        int[] keys = ArrayPool<int>.Shared.Rent(users.Length);
        for (int u = 0; u < users.Length; u++)
            keys[u] = userKeys[users[u]];
        model.Score(keys.AsSpan(0, users.Length), byKey.AsSpan(0, users.Length * model.ItemCount));
        for (int u = 0; u < users.Length; u++)
        {
            var own = byKey.AsSpan(u * model.ItemCount, model.ItemCount);
            var row = scores.Slice(u * ItemCount, ItemCount);
            for (int item = 0; item < itemKeys.Length; item++)
                row[item] = itemKeys[item] < 0 ? 0 : own[itemKeys[item]];
        }

        ArrayPool<int>.Shared.Return(keys);
        ArrayPool<float>.Shared.Return(byKey);
        ScoreCleaning.MakeFinite(scores[..(users.Length * ItemCount)], ref _nonFinite);
    }

    /// <inheritdoc/>
    public bool TryScoreHistory(ReadOnlySpan<int> items, Span<float> scores)
    {
        var known = new SortedSet<int>();
        foreach (int item in items)
        {
            if (itemKeys[item] >= 0)
                known.Add(itemKeys[item]);
        }

        float[] byKey = ArrayPool<float>.Shared.Rent(model.ItemCount);
        bool told = model.TryScoreHistory([.. known], byKey.AsSpan(0, model.ItemCount));
        for (int item = 0; item < itemKeys.Length && told; item++)
            scores[item] = itemKeys[item] < 0 ? 0 : byKey[itemKeys[item]];
        ArrayPool<float>.Shared.Return(byKey);
        if (told)
            ScoreCleaning.MakeFinite(scores[..ItemCount], ref _nonFinite);
        return told;
    }

    /// <inheritdoc/>
    public float Affinity(int had, int recommended) => model.Weight(itemKeys[had], itemKeys[recommended]);
}
