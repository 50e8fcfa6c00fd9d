using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Items;

namespace HybridRec.MLNet.Evaluation;

/// <summary>Who is judged on what: the users, their candidates and their relevant items. The same for every row of a report.</summary>
internal sealed class RankingTask
{
    /// <summary>All users and items.</summary>
    public required EntityTables Tables { get; init; }

    /// <summary>Training and validation pairs: what is masked and what popularity is counted from.</summary>
    public required InteractionGraph Seen { get; init; }

    /// <summary>Whether seen items are masked.</summary>
    public required bool MaskSeen { get; init; }

    /// <summary>The users to be judged.</summary>
    public required IReadOnlyList<UserCase> Cases { get; init; }

    /// <summary>Largest number of slots of a user: the stride of a block of scores.</summary>
    public required int Width { get; init; }

    /// <summary>
    /// Mean training label of each item, pulled towards the mean of all as if 5 more ratings had that value;
    /// null when labels are not graded.
    /// </summary>
    public required float[]? ItemMeans { get; init; }

    /// <summary>Number of test rows, with and without ids.</summary>
    public required int TestRows { get; init; }

    /// <summary>The counts, without those of the model's scores.</summary>
    public required TopKCounts Counts { get; init; }

    /// <summary>What is odd about the rows.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Number of items.</summary>
    public int ItemCount => Tables.ItemCount;

    /// <summary>Slots of a user that are no candidates, ascending.</summary>
    public ReadOnlySpan<int> ExcludedOf(UserCase user) => user.Candidates is null && MaskSeen ? Seen.ItemsOf(user.User) : default;

    /// <summary>Number of slots of a user.</summary>
    public int SlotsOf(UserCase user) => user.Candidates?.Length ?? ItemCount;
}
