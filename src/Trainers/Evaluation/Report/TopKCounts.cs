namespace HybridRec.MLNet;

/// <summary>What was judged, so that two tables can be told apart.</summary>
public sealed record TopKCounts
{
    /// <summary>Users in the means: those with at least one relevant test item.</summary>
    public required int Users { get; init; }

    /// <summary>Test users left out because no test item of theirs is relevant (after masking).</summary>
    public required int UsersWithoutRelevant { get; init; }

    /// <summary>
    /// Test users without a training row, or without a key in the model (MapValueToKey met more than its maximum number of them); they are
    /// in the means unless <see cref="TopKOptions.ColdUsers"/> says skip.
    /// </summary>
    public required int ColdUsers { get; init; }

    /// <summary>Number of items.</summary>
    public required int Items { get; init; }

    /// <summary>Mean number of items ranked per user, masked ones not counted; NaN when there is no user.</summary>
    public required double CandidatesPerUser { get; init; }

    /// <summary>Mean number of relevant items per user, unreachable ones included; NaN when there is no user.</summary>
    public required double RelevantPerUser { get; init; }

    /// <summary>Relevant test items, over all users, that are in none of the rows that items come from: no model can rank them.</summary>
    public required int UnreachableRelevant { get; init; }

    /// <summary>Test items, over all users, dropped because the user has them in training already (masked).</summary>
    public required int RepeatedInteractions { get; init; }

    /// <summary>Test rows ignored because their user or item id is missing.</summary>
    public required int RowsWithoutId { get; init; }

    /// <summary>Scores of the model that were NaN or infinite; they rank last (+infinity first).</summary>
    public required long NonFiniteScores { get; init; }
}
