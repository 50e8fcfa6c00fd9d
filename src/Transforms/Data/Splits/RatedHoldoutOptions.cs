using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of <see cref="DataCatalog.RatedHoldout(Microsoft.ML.IDataView, RatedHoldoutOptions)"/>.</summary>
public sealed record RatedHoldoutOptions : SplitOptions
{
    internal const string Stage = "RatedHoldout";

    /// <summary>How many rated items of each user are held out.</summary>
    /// <value>The default is 20.</value>
    public int Count { get; init; } = 20;

    /// <summary>Users with fewer rated items than this are trained on whole and not tested.</summary>
    /// <value>The default is 40.</value>
    public int MinimumRatings { get; init; } = 40;

    /// <summary>
    /// Label from which a held-out item counts as relevant; it is passed on in <see cref="InteractionSplit.RelevanceThreshold"/>.
    /// </summary>
    /// <value>The default is 4.</value>
    public float RelevanceThreshold { get; init; } = 4;

    /// <summary>
    /// Hold out each user's latest rated items (by <see cref="TimestampColumnName"/>, ties by row order) rather than random ones.
    /// </summary>
    /// <value>The default is false: random ones.</value>
    public bool Last { get; init; }

    /// <summary>Column of the time, read when <see cref="Last"/> is set: any number or a DateTime; larger is later.</summary>
    /// <value>The default is <c>Timestamp</c>.</value>
    public string TimestampColumnName { get; init; } = ColumnNames.Timestamp;

    /// <summary>Seed of the choice.</summary>
    /// <value>The default is null: drawn from the context.</value>
    public int? Seed { get; init; }

    internal override void Validate()
    {
        var check = new OptionCheck(Stage);
        ValidateColumns(check);
        check.Named(TimestampColumnName, nameof(TimestampColumnName));
        check.AtLeast(Count, 1, nameof(Count));
        check.Require(MinimumRatings > Count, MinimumRatings, $"above Count, which is {Count}", nameof(MinimumRatings));
        check.Finite(RelevanceThreshold, nameof(RelevanceThreshold));
    }
}
