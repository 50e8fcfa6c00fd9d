namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// One user to be judged. Candidates are numbered by slots: for a full ranking the slot is the item code, for a rated holdout and for new
/// items the position in <see cref="Candidates"/>.
/// </summary>
internal sealed class UserCase
{
    /// <summary>The user's id.</summary>
    public required string Id { get; init; }

    /// <summary>The user's code in the tables.</summary>
    public required int User { get; init; }

    /// <summary>Slots of the relevant items that can be ranked, ascending.</summary>
    public required int[] Relevant { get; init; }

    /// <summary>Number of relevant items, also those that are not ranked.</summary>
    public required int RelevantCount { get; init; }

    /// <summary>Number of items that are ranked: masked ones not counted.</summary>
    public required int CandidateCount { get; init; }

    /// <summary>Item code of each slot; null when the slot is the item code.</summary>
    public int[]? Candidates { get; init; }

    /// <summary>Test row of each slot, for a rated holdout.</summary>
    public int[]? Rows { get; init; }

    /// <summary>Item code at a slot.</summary>
    public int ItemAt(int slot) => Candidates is null ? slot : Candidates[slot];
}
