using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet;

/// <summary>How <c>ml.Hybrid.EvaluateTopK</c> judges a model.</summary>
public sealed record TopKOptions
{
    /// <summary>Cut-offs, each at least 1.</summary>
    /// <value>The default is 10 and 20.</value>
    public IReadOnlyList<int> K { get; init; } = [10, 20];

    /// <summary>
    /// A test row is relevant when its label is at least this; null: the split's own <see cref="InteractionSplit.RelevanceThreshold"/>,
    /// else what the label column says (loaders of stars say 4), else when its label is above 0, or always where there is no label
    /// column.
    /// </summary>
    /// <value>The default is null.</value>
    public float? RelevanceThreshold { get; init; }

    /// <summary>
    /// Whether a user's training and validation items are removed from the ranking. When they are, a test row that repeats one of them is
    /// neither candidate nor relevant; it is counted in <see cref="TopKCounts.RepeatedInteractions"/>.
    /// </summary>
    /// <value>The default is true.</value>
    public bool MaskSeen { get; init; } = true;

    /// <summary>Which items are ranked.</summary>
    /// <value>The default is <see cref="CandidateSet.AllItems"/>.</value>
    public CandidateSet Candidates { get; init; } = CandidateSet.AllItems;

    /// <summary>Test users without a training row, or without a key in the model.</summary>
    /// <value>The default is <see cref="ColdUserPolicy.Include"/>.</value>
    public ColdUserPolicy ColdUsers { get; init; } = ColdUserPolicy.Include;

    /// <summary>
    /// Further items that can be recommended though nobody had them in training: rows with the item column and what else is known of the
    /// item (columns that are absent take their default). A relevant test item in neither training nor here cannot be reached and lowers
    /// recall.
    /// </summary>
    /// <value>The default is null.</value>
    [NotInFingerprint]
    public IDataView? Items { get; init; }

    /// <summary>Number of bootstrap resamples of the users behind each interval; 0 for none.</summary>
    /// <value>The default is 1000.</value>
    public int BootstrapSamples { get; init; } = 1000;

    /// <summary>Coverage of the intervals, above 0 and below 1.</summary>
    /// <value>The default is 0.95.</value>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Seed of the bootstrap; nothing else here is random.</summary>
    /// <value>The default is null: drawn from the context.</value>
    public int? Seed { get; init; }

    /// <summary>
    /// Whether the report has further rows beside the model. Random: the exact expectation over all orders of the candidates. Popularity:
    /// by the number of distinct training users. ItemMean (only for graded labels): by the mean training label, damped by 5 ratings of the
    /// mean of all labels. Oracle: the relevant items first, the best there is.
    /// </summary>
    /// <value>The default is true.</value>
    public bool Baselines { get; init; } = true;

    /// <summary>Column of raw user ids.</summary>
    /// <value>The default is User.</value>
    public string UserColumnName { get; init; } = ColumnNames.User;

    /// <summary>Column of raw item ids.</summary>
    /// <value>The default is Item.</value>
    public string ItemColumnName { get; init; } = ColumnNames.Item;

    /// <summary>Column of labels; it may be absent, then every row is relevant.</summary>
    /// <value>The default is Label.</value>
    public string LabelColumnName { get; init; } = ColumnNames.Label;

    /// <summary>Number of threads; 0 for all cores. The result is the same for any number.</summary>
    /// <value>The default is 0.</value>
    [NotInFingerprint]
    public int Threads { get; init; }

    /// <summary>Throws when a value is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Validate()
    {
        var check = new OptionCheck(StageNames.EvaluateTopK);
        check.Require(
            K is { Count: > 0 } && K.All(k => k >= 1) && K.Distinct().Count() == K.Count,
            K is null ? "null" : $"[{string.Join(", ", K)}]",
            "one or more different cut-offs, each at least 1, for example [10, 20]",
            nameof(K));
        check.Finite(RelevanceThreshold, nameof(RelevanceThreshold));
        check.Defined(Candidates, nameof(Candidates));
        check.Defined(ColdUsers, nameof(ColdUsers));
        check.AtLeast(BootstrapSamples, 0, nameof(BootstrapSamples));
        check.Require(Confidence is > 0 and < 1, Confidence, "above 0 and below 1, for example 0.95", nameof(Confidence));
        check.Named(UserColumnName, nameof(UserColumnName));
        check.Named(ItemColumnName, nameof(ItemColumnName));
        check.Named(LabelColumnName, nameof(LabelColumnName));
        check.Between(Threads, 0, 1024, nameof(Threads));
    }
}
