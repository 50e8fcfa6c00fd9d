namespace HybridRec.MLNet.Fusion;

/// <summary>
/// What makes a column of the pair: it scores every item of a key for a user, so that whoever ranks need not read a row a pair. Scores are
/// standard scores: of mean 0 and deviation 1 over the items that anybody has, for each user; an item that nobody has is at 0.
/// Thread-safe.
/// </summary>
internal interface IPairScorer
{
    /// <summary>The user key column.</summary>
    string UserColumnName { get; }

    /// <summary>The item key column.</summary>
    string ItemColumnName { get; }

    /// <summary>Values of the item key.</summary>
    int ItemCount { get; }

    /// <summary>Scores all items for a block of users.</summary>
    /// <param name="users">Keys, 0-based; another number for an unknown user.</param>
    /// <param name="scores">Receives users x <see cref="ItemCount"/> scores, row-major.</param>
    void Score(ReadOnlySpan<int> users, Span<float> scores);

    /// <summary>Scores all items for someone who has these items and need not be a user.</summary>
    /// <param name="items">Keys, 0-based, ascending, each once; none: a user of whom nothing is known.</param>
    /// <param name="scores">Receives <see cref="ItemCount"/> scores.</param>
    void ScoreHistory(ReadOnlySpan<int> items, Span<float> scores);

    /// <summary>How much having one item adds to the score of another, by their keys; 0 when the model does not tell.</summary>
    float Affinity(int had, int recommended);
}
