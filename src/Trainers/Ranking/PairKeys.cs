using System.Buffers;
using HybridRec.MLNet.Fusion;

namespace HybridRec.MLNet.Ranking;

/// <summary>The scorers of the pair, and the keys they know the users and items of some table by.</summary>
/// <param name="Scorers">One a part of the pair.</param>
/// <param name="Users">The key of each user's code, 0-based; another number for one without.</param>
/// <param name="Items">The key of each item's code.</param>
internal sealed record PairKeys(IReadOnlyList<IPairScorer> Scorers, int[] Users, int[] Items)
{
    /// <summary>Scores all items for a block of users.</summary>
    /// <param name="score">The scorer's number.</param>
    /// <param name="users">Codes.</param>
    /// <param name="use">Given each user's code and scores by the items' keys, which are valid during the call.</param>
    public void Score(int score, ReadOnlySpan<int> users, Action<int, ReadOnlySpan<float>> use)
    {
        IPairScorer scorer = Scorers[score];
        float[] byKey = ArrayPool<float>.Shared.Rent(users.Length * scorer.ItemCount);
        int[] keys = new int[users.Length];
        for (int u = 0; u < users.Length; u++)
            keys[u] = Users[users[u]];
        scorer.Score(keys, byKey.AsSpan(0, users.Length * scorer.ItemCount));
        for (int u = 0; u < users.Length; u++)
            use(users[u], byKey.AsSpan(u * scorer.ItemCount, scorer.ItemCount));
        ArrayPool<float>.Shared.Return(byKey);
    }

    /// <summary>Writes a scorer's scores by key to the items' codes; 0 for an item without a key.</summary>
    /// <param name="byKey">The scores.</param>
    /// <param name="scores">Receives them among those of the other scorers, items x scorers, row-major.</param>
    /// <param name="score">The scorer's number.</param>
    /// <param name="count">Scorers.</param>
    public void Place(ReadOnlySpan<float> byKey, Span<float> scores, int score = 0, int count = 1) =>
        Gather(byKey, Items, scores, score, count);

    /// <summary>Writes the scores at some positions among those of other scorers; 0 for a position that is none.</summary>
    /// <param name="from">The scores.</param>
    /// <param name="positions">What is wanted of them.</param>
    /// <param name="scores">Receives them, positions x scorers, row-major.</param>
    /// <param name="score">The scorer's number.</param>
    /// <param name="count">Scorers.</param>
    public static void Gather(ReadOnlySpan<float> from, ReadOnlySpan<int> positions, Span<float> scores, int score, int count)
    {
        for (int i = 0; i < positions.Length; i++)
            scores[(i * count) + score] = (uint)positions[i] < (uint)from.Length ? from[positions[i]] : 0;
    }
}
