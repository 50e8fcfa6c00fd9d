namespace HybridRec.MLNet.Items;

/// <summary>
/// Scores every item of an <see cref="EntityTables"/> for a user. Higher is better. Thread-safe; writes finite scores only:
/// a NaN or infinity of the model becomes <see cref="float.MinValue"/> (+infinity: <see cref="float.MaxValue"/>) and is counted in
/// <see cref="NonFiniteScores"/>.
/// </summary>
internal interface IItemScorer
{
    /// <summary>Number of users, the codes of <see cref="EntityTables.UserRows"/>.</summary>
    int UserCount { get; }

    /// <summary>Number of items, the codes of <see cref="EntityTables.ItemRows"/>.</summary>
    int ItemCount { get; }

    /// <summary>How many scores so far were not finite and had to be replaced.</summary>
    long NonFiniteScores { get; }

    /// <summary>Scores all items for one user.</summary>
    /// <param name="user">User code, 0-based.</param>
    /// <param name="scores">Receives <see cref="ItemCount"/> scores, by item code.</param>
    void Score(int user, Span<float> scores);

    /// <summary>Scores all items for a block of users; an implementation with a fast product over many rows overrides this one.</summary>
    /// <param name="users">User codes.</param>
    /// <param name="scores">Receives users x <see cref="ItemCount"/> scores, row-major.</param>
    void Score(ReadOnlySpan<int> users, Span<float> scores)
    {
        for (var row = 0; row < users.Length; row++)
            Score(users[row], scores.Slice(row * ItemCount, ItemCount));
    }

    /// <summary>Scores all items for someone who has some of them and need not be a user.</summary>
    /// <param name="items">Item codes.</param>
    /// <param name="scores">Receives <see cref="ItemCount"/> scores, by item code.</param>
    /// <returns>False when the model does not tell, or knows none of the items.</returns>
    bool TryScoreHistory(ReadOnlySpan<int> items, Span<float> scores) => false;

    /// <summary>How much having one item speaks for another; 0 when the model does not tell.</summary>
    /// <param name="had">Item code.</param>
    /// <param name="recommended">Item code.</param>
    float Affinity(int had, int recommended) => 0;
}
