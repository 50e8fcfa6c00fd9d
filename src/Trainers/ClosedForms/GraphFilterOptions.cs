using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of the closed-form ranker <c>ml.Hybrid.GraphFilter</c>.</summary>
public sealed record GraphFilterOptions
{
    /// <summary>The closed form, with its settings.</summary>
    /// <value>The default is <see cref="ClosedForm.TurboCf"/>.</value>
    public ClosedForm Filter { get; init; } = ClosedForm.TurboCf();

    /// <summary>The user key column.</summary>
    /// <value>The default is User.</value>
    public string UserColumnName { get; init; } = ColumnNames.User;

    /// <summary>The item key column.</summary>
    /// <value>The default is Item.</value>
    public string ItemColumnName { get; init; } = ColumnNames.Item;

    /// <summary>The rating column; where the view has none, every row is a positive.</summary>
    /// <value>The default is Label.</value>
    public string LabelColumnName { get; init; } = ColumnNames.Label;

    /// <summary>Rows whose label is at least this are positives; null: those above 0. A view without labels has positives only.</summary>
    /// <value>The default is null.</value>
    public float? PositiveThreshold { get; init; }

    /// <summary>
    /// Memory for the item x item weights, in MiB. Turbo-CF keeps as many rows as fit, the most popular items' first, and computes the
    /// others when they are asked for: its scores do not depend on this. BSPM keeps as many frequencies as fit. EASE and L3AE are exact
    /// where items x items x 4 bytes fit; above, each item is regressed on the items closest to it only, and a warning says so.
    /// </summary>
    /// <value>The default is 2048.</value>
    public int MemoryLimitMiB { get; init; } = 2048;

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
        check.Finite(PositiveThreshold, nameof(PositiveThreshold));
        check.AtLeast(MemoryLimitMiB, 1, nameof(MemoryLimitMiB));
        check.Between(Threads, 0, 1024, nameof(Threads));
    }
}
