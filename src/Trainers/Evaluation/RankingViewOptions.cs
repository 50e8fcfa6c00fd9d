namespace HybridRec.MLNet;

/// <summary>How <c>ml.Hybrid.RankingView</c> prepares scored rows for <c>ml.Ranking.Evaluate</c>.</summary>
public sealed record RankingViewOptions
{
    /// <summary>
    /// null: labels are stars from 1 to 5 and become grades 0 to 4 (rating - 1, half stars rounded down), the range of ML.NET's default gains.
    /// A number: grade 1 when the label is at least this, else 0.
    /// </summary>
    /// <value>null.</value>
    public float? RelevanceThreshold { get; init; }

    /// <summary>Whether users whose grades are all 0 are left out. ML.NET's evaluator would count them as NDCG 0.</summary>
    /// <value>true.</value>
    public bool DropUsersWithoutRelevant { get; init; } = true;

    /// <summary>
    /// Column of user ids. Where a key of the same name hides the raw ids (after MapValueToKey) the raw ids are used, so that users unknown to
    /// the model stay apart.
    /// </summary>
    /// <value>User.</value>
    public string UserColumnName { get; init; } = ColumnNames.User;

    /// <summary>Column of labels.</summary>
    /// <value>Label.</value>
    public string LabelColumnName { get; init; } = ColumnNames.Label;

    /// <summary>Column of scores, Single.</summary>
    /// <value>Score.</value>
    public string ScoreColumn { get; init; } = ColumnNames.Score;
}
