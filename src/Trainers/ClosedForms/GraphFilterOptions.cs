using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of the closed-form ranker <c>ml.Hybrid.GraphFilter</c>.</summary>
public sealed record GraphFilterOptions
{
    /// <summary>
    /// The column of the scores. Under the name Score the stage ends a chain and learns from all rows. Under any other name it is a part of
    /// the pair, <c>Fuse(pair: [name])</c>: its vector of three has the standard score of the pair and log(1 + n) of the positives of
    /// the user and of the item, and a ranker fitted after it in one chain gets scores that have not seen the held-out rows.
    /// </summary>
    /// <value>The default is Score.</value>
    public string OutputColumnName { get; init; } = ColumnNames.Score;

    /// <summary>
    /// With iALS as a part of the pair: the column of the user's vector, for <c>Fuse(user: [name])</c>. Zero for a user without positives.
    /// </summary>
    /// <value>The default is null: none.</value>
    public string? UserVectorColumnName { get; init; }

    /// <summary>
    /// With iALS as a part of the pair: the column of the item's vector, for <c>Fuse(item: [name])</c>; its product with the user's is the
    /// score before it is standardized. Zero for an item without positives.
    /// </summary>
    /// <value>The default is null: none.</value>
    public string? ItemVectorColumnName { get; init; }

    /// <summary>The closed form, with its settings.</summary>
    /// <value>The default is <see cref="ClosedForm.Automatic"/>.</value>
    public ClosedFormSettings Filter { get; init; } = ClosedForm.Automatic();

    /// <summary>The user key column.</summary>
    /// <value>The default is User.</value>
    public string UserColumnName { get; init; } = ColumnNames.User;

    /// <summary>The item key column.</summary>
    /// <value>The default is Item.</value>
    public string ItemColumnName { get; init; } = ColumnNames.Item;

    /// <summary>The rating column; where the view has none, every row is a positive.</summary>
    /// <value>The default is Label.</value>
    public string LabelColumnName { get; init; } = ColumnNames.Label;

    /// <summary>
    /// Rows whose label is at least this are positives; null: what the label column says (loaders of stars say 4), else above 0. A view
    /// without labels has positives only.
    /// </summary>
    /// <value>The default is null.</value>
    public float? PositiveThreshold { get; init; }

    /// <summary>When a row was, seconds since 1970 or a DateTime; read by forms with a half-life only.</summary>
    /// <value>The default is Timestamp.</value>
    public string TimestampColumnName { get; init; } = ColumnNames.Timestamp;

    /// <summary>
    /// Memory for the item x item weights, in MiB. Turbo-CF keeps as many rows as fit, the most popular items' first, and computes the
    /// others when they are asked for: its scores do not depend on this. BSPM keeps as many frequencies as fit. EASE and L3AE are exact
    /// where items x items x 4 bytes fit; above, each item is regressed on the items closest to it only, and a warning says so.
    /// </summary>
    /// <value>The default is 1900: the largest matrix that a saved model holds.</value>
    public int MemoryLimitMiB { get; init; } = 1900;

    /// <summary>
    /// As a part of the pair: the boolean column that marks the rows kept for the ranker. Read where the input has it, else written.
    /// </summary>
    /// <value>The default is Holdout.</value>
    public string HoldoutColumnName { get; init; } = ColumnNames.Holdout;

    /// <summary>As a part of the pair, where no stage before has held rows out: the share of each user's positives kept for the
    /// ranker, above 0 and below 1.</summary>
    /// <value>The default is null: 0.1, and up to 0.3 where there are fewer than 10,000 positives.</value>
    public double? HoldoutFraction { get; init; }

    /// <summary>Seed of the choice of those rows, and of the vectors that iALS begins with.</summary>
    /// <value>The default is null: drawn from the context.</value>
    public int? Seed { get; init; }

    /// <summary>Threads; 0: all cores. The result does not depend on it.</summary>
    /// <value>The default is 0.</value>
    [NotInFingerprint]
    public int Threads { get; init; }

    /// <summary>Stops the fit with <see cref="OperationCanceledException"/>.</summary>
    /// <value>The default is <see cref="CancellationToken.None"/>.</value>
    [NotInFingerprint]
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Told after every block of the solution as after an epoch; there is no loss, it is NaN.</summary>
    /// <value>The default is null.</value>
    [NotInFingerprint]
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>The time that the whole pipeline may take; null: any.</summary>
    [NotInFingerprint]
    internal FitBudget? Budget { get; init; }

    /// <summary>Whether the scores are a part of the pair for a ranker behind this stage.</summary>
    internal bool IsPart => OutputColumnName != ColumnNames.Score;

    /// <summary>Refuses values that cannot be fitted with.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    internal void Validate()
    {
        var check = new OptionCheck(StageNames.GraphFilter);
        ArgumentNullException.ThrowIfNull(Filter);
        Filter.Validate();
        check.Named(UserColumnName, nameof(UserColumnName));
        check.Named(ItemColumnName, nameof(ItemColumnName));
        check.Named(LabelColumnName, nameof(LabelColumnName));
        check.Named(TimestampColumnName, nameof(TimestampColumnName));
        check.Named(OutputColumnName, nameof(OutputColumnName));
        check.Named(HoldoutColumnName, nameof(HoldoutColumnName));
        CheckVectors(UserVectorColumnName, nameof(UserVectorColumnName));
        CheckVectors(ItemVectorColumnName, nameof(ItemVectorColumnName));
        check.Require(HoldoutFraction is null or (> 0 and < 1), HoldoutFraction ?? 0, "above 0 and below 1", nameof(HoldoutFraction));
        check.Finite(PositiveThreshold, nameof(PositiveThreshold));
        check.AtLeast(MemoryLimitMiB, 1, nameof(MemoryLimitMiB));
        check.Between(Threads, 0, 1024, nameof(Threads));
    }

    private void CheckVectors(string? name, string option)
    {
        if (name is null)
            return;
        var check = new OptionCheck(StageNames.GraphFilter);
        check.Named(name, option);
        if (!IsPart || !Filter.GivesVectors)
            throw check.Refusal(option, $"'{name}'", "null but for Filter = ClosedForm.Ials() and an OutputColumnName other than Score");
    }
}
