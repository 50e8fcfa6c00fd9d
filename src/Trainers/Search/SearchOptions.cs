using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>How <c>ml.Hybrid.Search</c> searches.</summary>
public sealed record SearchOptions
{
    /// <summary>Configurations drawn, all of which are tried in the first rung.</summary>
    /// <value>16.</value>
    public int Configurations { get; init; } = 16;

    /// <summary>Of this many configurations one goes on to the next rung, which has this many times the epochs.</summary>
    /// <value>3.</value>
    public int Reduction { get; init; } = 3;

    /// <summary>Epochs of the first rung.</summary>
    /// <value>3.</value>
    public int MinimumEpochs { get; init; } = 3;

    /// <summary>Epochs of the last rung; equal to <see cref="MinimumEpochs"/> the search is a plain random one.</summary>
    /// <value>27.</value>
    public int MaximumEpochs { get; init; } = 27;

    /// <summary>What is made largest.</summary>
    /// <value>NDCG.</value>
    public TopKMetric Metric { get; init; } = TopKMetric.Ndcg;

    /// <summary>Its cut-off.</summary>
    /// <value>10.</value>
    public int K { get; init; } = 10;

    /// <summary>How the validation rows are judged; K, intervals and baselines are set by the search.</summary>
    /// <value>The defaults of <see cref="TopKOptions"/>.</value>
    public TopKOptions Evaluation { get; init; } = new();

    /// <summary>The share of each user's training rows that becomes the validation set where the split has none.</summary>
    /// <value>0.1.</value>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Seed of the draws and of the validation split.</summary>
    /// <value>1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>File to which every trial is appended as a line of JSON; null writes none.</summary>
    /// <value>null.</value>
    public string? JournalPath { get; init; }

    /// <summary>Goes on from <see cref="JournalPath"/> where that file exists: trials it has are not run again.</summary>
    /// <value>false: a file that exists is an error, so that no journal is lost.</value>
    public bool Resume { get; init; }

    /// <summary>Told after every trial.</summary>
    /// <value>null.</value>
    public IProgress<SearchTrial>? Progress { get; init; }

    /// <summary>Stops the search with <see cref="OperationCanceledException"/> before its next trial; trials done stay in the journal.</summary>
    /// <value>none.</value>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Refuses values that cannot be searched with.</summary>
    internal void Check()
    {
        Require(Configurations is >= 1 and <= 100_000, nameof(Configurations), Configurations, "1 to 100000");
        Require(Reduction >= 2, nameof(Reduction), Reduction, "2 or more");
        Require(MinimumEpochs >= 1, nameof(MinimumEpochs), MinimumEpochs, "1 or more");
        Require(MaximumEpochs >= MinimumEpochs, nameof(MaximumEpochs), MaximumEpochs, $"MinimumEpochs ({MinimumEpochs}) or more");
        Require(K >= 1, nameof(K), K, "1 or more");
        Require(ValidationFraction is > 0 and < 1, nameof(ValidationFraction), ValidationFraction, "in (0, 1)");
        if (!Enum.IsDefined(Metric) || Metric is TopKMetric.Gini)
            throw new ArgumentOutOfRangeException(nameof(Metric), Metric, "Search: Metric has to be one whose larger values are better: " +
                string.Join(", ", Enum.GetNames<TopKMetric>().Where(name => name != nameof(TopKMetric.Gini))) + ".");
        ArgumentNullException.ThrowIfNull(Evaluation);
        if (Resume && string.IsNullOrWhiteSpace(JournalPath))
            throw new ArgumentException("Search: Resume is set without a JournalPath to go on from.");
    }

    private static void Require<T>(bool holds, string option, T given, string allowed)
        where T : IFormattable =>
        new OptionCheck("Search").Require(holds, given, allowed, option);
}
