using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of the user profile <c>ml.Hybrid.UserProfile</c>.</summary>
public sealed record UserProfileOptions
{
    /// <summary>The column to write: one vector a row, that of the row's user.</summary>
    /// <value>The default is <c>UserMeaning</c>.</value>
    public string OutputColumnName { get; init; } = "UserMeaning";

    /// <summary>The item's vector (Single, known size), such as its text embedding.</summary>
    /// <value>The default is <c>ItemMeaning</c>.</value>
    public string ItemVectorColumnName { get; init; } = "ItemMeaning";

    /// <summary>The user key column.</summary>
    /// <value>The default is <c>User</c>.</value>
    public string UserColumnName { get; init; } = "User";

    /// <summary>The item key column.</summary>
    /// <value>The default is <c>Item</c>.</value>
    public string ItemColumnName { get; init; } = "Item";

    /// <summary>The rating column; a view without it has positive rows only.</summary>
    /// <value>The default is <c>Label</c>.</value>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>
    /// A boolean column that marks the rows to leave out of the profiles a later trainer learns on; written by this estimator where the
    /// input has none.
    /// </summary>
    /// <value>The default is <c>Holdout</c>.</value>
    public string HoldoutColumnName { get; init; } = "Holdout";

    /// <summary>
    /// Rows whose label is at least this count; null: what the label column says (loaders of stars say 4), else above 0.
    /// </summary>
    /// <value>The default is null.</value>
    public float? PositiveThreshold { get; init; }

    /// <summary>
    /// Whether the mean vector of the items is subtracted from the items' before they are averaged. Text vectors share a large common part,
    /// and the profile of a user with any taste would otherwise point mostly along it. The item column is left as it is:
    /// &lt;e_u, z_i - c&gt; differs from &lt;e_u, z_i&gt; by a constant of the user, so the order of the items is the same.
    /// </summary>
    /// <value>The default is true.</value>
    public bool Center { get; init; } = true;

    /// <summary>Whether profiles are brought to length 1, so that users with few and with many items score on one scale.</summary>
    /// <value>The default is true.</value>
    public bool Normalize { get; init; } = true;

    /// <summary>The share of a user's rows this estimator holds out itself where the input has no holdout column, in [0, 1).</summary>
    /// <value>The default is null: 0.1, and up to 0.3 where there are fewer than 10,000 positives.</value>
    public double? HoldoutFraction { get; init; }

    /// <summary>Seed of that choice.</summary>
    /// <value>The default is null: drawn from the context.</value>
    public int? Seed { get; init; }

    /// <summary>Stops fitting with <see cref="OperationCanceledException"/>.</summary>
    /// <value>The default is none.</value>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not allowed; the exception names it.</exception>
    internal void Validate()
    {
        var check = new OptionCheck(StageNames.UserProfile);
        check.Named(OutputColumnName, nameof(OutputColumnName));
        check.Named(ItemVectorColumnName, nameof(ItemVectorColumnName));
        check.Named(UserColumnName, nameof(UserColumnName));
        check.Named(ItemColumnName, nameof(ItemColumnName));
        check.Named(LabelColumnName, nameof(LabelColumnName));
        check.Named(HoldoutColumnName, nameof(HoldoutColumnName));
        check.Finite(PositiveThreshold, nameof(PositiveThreshold));
        check.Share(HoldoutFraction ?? 0.1, nameof(HoldoutFraction));
    }
}
