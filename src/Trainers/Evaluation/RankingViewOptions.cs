using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>How <c>ml.Hybrid.RankingView</c> prepares scored rows for <c>ml.Ranking.Evaluate</c>.</summary>
public sealed record RankingViewOptions
{
    /// <summary>
    /// null: labels are stars from 1 to 5 and become grades 0 to 4 (rating - 1, half stars rounded down), the range of ML.NET's default
    /// gains. A number: grade 1 when the label is at least this, else 0.
    /// </summary>
    /// <value>The default is null.</value>
    public float? RelevanceThreshold { get; init; }

    /// <summary>Whether users whose grades are all 0 are left out. ML.NET's evaluator would count them as NDCG 0.</summary>
    /// <value>The default is true.</value>
    public bool DropUsersWithoutRelevant { get; init; } = true;

    /// <summary>
    /// Column of user ids. Where a key of the same name hides the raw ids (after MapValueToKey) the raw ids are used, so that users unknown
    /// to the model stay apart.
    /// </summary>
    /// <value>The default is User.</value>
    public string UserColumnName { get; init; } = ColumnNames.User;

    /// <summary>Column of labels.</summary>
    /// <value>The default is Label.</value>
    public string LabelColumnName { get; init; } = ColumnNames.Label;

    /// <summary>Column of scores, Single.</summary>
    /// <value>The default is Score.</value>
    public string ScoreColumnName { get; init; } = ColumnNames.Score;

    /// <summary>Throws when a value is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Validate()
    {
        var check = new OptionCheck(StageNames.RankingView);
        check.Finite(RelevanceThreshold, nameof(RelevanceThreshold));
        check.Named(UserColumnName, nameof(UserColumnName));
        check.Named(LabelColumnName, nameof(LabelColumnName));
        check.Named(ScoreColumnName, nameof(ScoreColumnName));
    }
}
