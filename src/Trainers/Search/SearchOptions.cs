using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>How <c>ml.Hybrid.Search</c> searches.</summary>
public sealed record SearchOptions
{
    /// <summary>Configurations drawn, all of which are tried in the first rung.</summary>
    /// <value>The default is 16.</value>
    public int Configurations { get; init; } = 16;

    /// <summary>Of this many configurations one goes on to the next rung, which has this many times the epochs.</summary>
    /// <value>The default is 3.</value>
    public int Reduction { get; init; } = 3;

    /// <summary>Epochs of the first rung.</summary>
    /// <value>The default is 3.</value>
    public int MinimumEpochs { get; init; } = 3;

    /// <summary>Epochs of the last rung; equal to <see cref="MinimumEpochs"/> the search is a plain random one.</summary>
    /// <value>The default is 27.</value>
    public int MaximumEpochs { get; init; } = 27;

    /// <summary>What is made largest.</summary>
    /// <value>The default is <see cref="TopKMetric.Ndcg"/>.</value>
    public TopKMetric Metric { get; init; } = TopKMetric.Ndcg;

    /// <summary>Its cut-off.</summary>
    /// <value>The default is 10.</value>
    public int K { get; init; } = 10;

    /// <summary>How the validation rows are judged; K, intervals and baselines are set by the search.</summary>
    /// <value>The default is <see cref="TopKOptions"/> as it is made.</value>
    public TopKOptions Evaluation { get; init; } = new();

    /// <summary>The share of each user's training rows that becomes the validation set where the split has none.</summary>
    /// <value>The default is 0.1.</value>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>
    /// Seed of the draws, of the validation split and of <see cref="SearchParameters.Training"/>. A search that is to be resumed in another
    /// process needs one, here or of the context.
    /// </summary>
    /// <value>The default is null: drawn from the context.</value>
    public int? Seed { get; init; }

    /// <summary>File to which every trial is appended as a line of JSON; null writes none.</summary>
    /// <value>The default is null.</value>
    [NotInFingerprint]
    public string? JournalPath { get; init; }

    /// <summary>
    /// Goes on from <see cref="JournalPath"/> where that file exists: trials it has are not run again. Otherwise a file that exists is an
    /// error, so that no journal is lost.
    /// </summary>
    /// <value>The default is false.</value>
    [NotInFingerprint]
    public bool Resume { get; init; }

    /// <summary>
    /// Told after every trial: its number as the epoch, the trials in all as the epochs, and what it reached on the validation rows.
    /// </summary>
    /// <value>The default is null.</value>
    [NotInFingerprint]
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Refuses values that cannot be searched with.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    internal void Validate()
    {
        var check = new OptionCheck(StageNames.Search);
        check.Between(Configurations, 1, 100_000, nameof(Configurations));
        check.AtLeast(Reduction, 2, nameof(Reduction));
        check.AtLeast(MinimumEpochs, 1, nameof(MinimumEpochs));
        check.Require(
            MaximumEpochs >= MinimumEpochs, MaximumEpochs, $"{nameof(MinimumEpochs)} ({MinimumEpochs}) or more", nameof(MaximumEpochs));
        check.AtLeast(K, 1, nameof(K));
        check.Require(ValidationFraction is > 0 and < 1, ValidationFraction, "above 0 and below 1", nameof(ValidationFraction));
        check.Require(
            Enum.IsDefined(Metric) && Metric is not TopKMetric.Gini,
            Metric,
            "one whose larger values are better: "
            + string.Join(", ", Enum.GetNames<TopKMetric>().Where(name => name != nameof(TopKMetric.Gini))),
            nameof(Metric));
        ArgumentNullException.ThrowIfNull(Evaluation);
        Evaluation.Validate();
        if (Resume && string.IsNullOrWhiteSpace(JournalPath))
            throw check.Refusal(nameof(JournalPath), "null while Resume is set", "the file to go on from");
    }
}
