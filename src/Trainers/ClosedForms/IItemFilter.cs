using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>A fitted filter: from the items that users have to the scores of all items. Safe to use from many threads.</summary>
internal interface IItemFilter
{
    /// <summary>Items.</summary>
    int ItemCount { get; }

    /// <summary>
    /// Whether the score of one item costs as much as the scores of all: then a row's neighbors of the same user should share them.
    /// </summary>
    bool ScoresAllAtOnce { get; }

    /// <summary>The scores of all items for someone who has these.</summary>
    /// <param name="taken">Items the user has; one or more.</param>
    /// <param name="scores">Receives <see cref="ItemCount"/> scores.</param>
    void Score(ReadOnlySpan<int> taken, Span<float> scores);

    /// <summary>The score of one item for someone who has these: the very number that the other overload gives.</summary>
    float Score(ReadOnlySpan<int> taken, int item);

    /// <summary>
    /// The scores of all items for several users of the graph; an implementation with a fast product over many users overrides this one.
    /// </summary>
    /// <param name="graph">Who has what.</param>
    /// <param name="users">Users with one item or more each.</param>
    /// <param name="scores">Receives users x <see cref="ItemCount"/> scores, row-major.</param>
    void Score(InteractionGraph graph, ReadOnlySpan<int> users, Span<float> scores)
    {
        for (int row = 0; row < users.Length; row++)
            Score(graph.ItemsOf(users[row]), scores.Slice(row * ItemCount, ItemCount));
    }

    /// <summary>The filter of other positives; null where only a fit makes one.</summary>
    /// <param name="graph">The positives, with all users and items there are now.</param>
    IItemFilter? Renewed(InteractionGraph graph) => null;

    /// <summary>Writes what a filter of its form reads.</summary>
    void Write(BinaryWriter writer);
}
