using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of <c>ml.Hybrid.DefaultPipeline</c>. What is not said here is chosen from the columns and the rows.</summary>
public sealed record DefaultPipelineOptions
{
    /// <summary>The column of users: ids of any type that MapValueToKey takes, or a key.</summary>
    /// <value>The default is User.</value>
    public string UserColumnName { get; init; } = ColumnNames.User;

    /// <summary>The column of items.</summary>
    /// <value>The default is Item.</value>
    public string ItemColumnName { get; init; } = ColumnNames.Item;

    /// <summary>The rating column; where the rows have none, every row is a positive.</summary>
    /// <value>The default is Label.</value>
    public string LabelColumnName { get; init; } = ColumnNames.Label;

    /// <summary>Rows whose label is at least this are positives; null: what the label column says, else those above 0.</summary>
    /// <value>The default is null.</value>
    public float? PositiveThreshold { get; init; }

    /// <summary>The text column of items; null: ItemText, else ItemTitle, where the rows have it.</summary>
    /// <value>The default is null.</value>
    public string? TextColumnName { get; init; }

    /// <summary>
    /// A second encoder of the texts, beside the lexical one, such as a sentence encoder from a folder: the mix decides what each is worth.
    /// </summary>
    /// <value>The default is null: the lexical encoder alone.</value>
    public TextEncoder? Encoder { get; init; }

    /// <summary>
    /// The time that a fit should take, above 0; null: as long as it needs. The graph and the head train for fewer epochs and fewer closed
    /// forms are tried, by the seconds that were measured; the log says so. The least fit (texts, one epoch, Turbo-CF, the mix) is done
    /// whatever it takes. Under a budget the same seed need not give the same model.
    /// </summary>
    /// <value>The default is null.</value>
    public TimeSpan? TimeBudget { get; init; }

    /// <summary>Seed of everything that draws but the lexical encoder, which asks the context.</summary>
    /// <value>The default is null: drawn from the context.</value>
    public int? Seed { get; init; }

    /// <summary>Threads; 0: all cores.</summary>
    /// <value>The default is 0.</value>
    [NotInFingerprint]
    public int Threads { get; init; }

    /// <summary>Stops the fit with <see cref="OperationCanceledException"/>.</summary>
    /// <value>The default is <see cref="CancellationToken.None"/>.</value>
    [NotInFingerprint]
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Told after every epoch and step of every stage.</summary>
    /// <value>The default is null.</value>
    [NotInFingerprint]
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Tells the time for <see cref="TimeBudget"/>.</summary>
    [NotInFingerprint]
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The budget that the stages share; null: none.</summary>
    [NotInFingerprint]
    internal FitBudget? Budget { get; init; }

    /// <summary>Refuses values that no pipeline can be built with.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    internal void Validate()
    {
        var check = new OptionCheck(StageNames.DefaultPipeline);
        check.Named(UserColumnName, nameof(UserColumnName));
        check.Named(ItemColumnName, nameof(ItemColumnName));
        check.Named(LabelColumnName, nameof(LabelColumnName));
        if (TextColumnName is not null)
            check.Named(TextColumnName, nameof(TextColumnName));
        check.Finite(PositiveThreshold, nameof(PositiveThreshold));
        check.Require(TimeBudget is null || TimeBudget > TimeSpan.Zero, $"{TimeBudget}", "above 0", nameof(TimeBudget));
        check.Between(Threads, 0, 1024, nameof(Threads));
    }
}
