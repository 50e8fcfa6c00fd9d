using System.Buffers;
using HybridRec.MLNet.Fusion;

namespace HybridRec.MLNet.Ranking;

/// <summary>The scorers of the pair, and the keys they know the users and items of some table by.</summary>
/// <param name="Scorers">One a part of the pair.</param>
/// <param name="Users">The key of each user's code, 0-based; another number for one without.</param>
/// <param name="Items">The key of each item's code.</param>
internal sealed record PairKeys(IReadOnlyList<IPairScorer> Scorers, int[] Users, int[] Items)
{
    /// <summary>Positives that the scorers know of a user.</summary>
    public int UserHistory(int user) => Scorers.Count == 0 ? 0 : Scorers.Max(scorer => scorer.UserHistory(Users[user]));

    /// <summary>Positives that the scorers know of an item.</summary>
    public int ItemHistory(int item) => Scorers.Count == 0 ? 0 : Scorers.Max(scorer => scorer.ItemHistory(Items[item]));

    /// <summary>Scores all items of the table for a block of users.</summary>
    /// <param name="score">The scorer's number.</param>
    /// <param name="users">Codes.</param>
    /// <param name="use">Given each user's code and scores by the items' codes, which are valid during the call.</param>
    public void Score(int score, ReadOnlySpan<int> users, Action<int, ReadOnlySpan<float>> use)
    {
        IPairScorer scorer = Scorers[score];
        float[] byKey = ArrayPool<float>.Shared.Rent(users.Length * scorer.ItemCount);
        float[] byCode = ArrayPool<float>.Shared.Rent(Math.Max(1, Items.Length));
        int[] keys = new int[users.Length];
        for (int u = 0; u < users.Length; u++)
            keys[u] = Users[users[u]];
        scorer.Score(keys, byKey.AsSpan(0, users.Length * scorer.ItemCount));
        for (int u = 0; u < users.Length; u++)
        {
            ToCodes(byKey.AsSpan(u * scorer.ItemCount, scorer.ItemCount), byCode);
            use(users[u], byCode.AsSpan(0, Items.Length));
        }

        ArrayPool<float>.Shared.Return(byKey);
        ArrayPool<float>.Shared.Return(byCode);
    }

    /// <summary>Scores by key as scores by code; 0 for an item without a key.</summary>
    public void ToCodes(ReadOnlySpan<float> byKey, Span<float> byCode)
    {
        for (int item = 0; item < Items.Length; item++)
            byCode[item] = (uint)Items[item] < (uint)byKey.Length ? byKey[Items[item]] : 0;
    }
}
