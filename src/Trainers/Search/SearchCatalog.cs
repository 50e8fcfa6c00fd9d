using HybridRec.MLNet;
using HybridRec.MLNet.Search;
using HybridRec.MLNet.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public static partial class HybridTrainersCatalog
{
    /// <summary>
    /// Searches a model's options on validation rows by random search with successive halving: all configurations get few epochs, the best
    /// of them more. The test rows of the split are never read.
    /// </summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="split">
    /// Its training rows are fitted on and its validation rows judge; where it has none, a share of each user's training rows does.
    /// </param>
    /// <param name="space">What may vary.</param>
    /// <param name="build">
    /// Makes an unfitted pipeline from parameter values; the stage that trains is given their <see cref="SearchParameters.Training"/>,
    /// which has the trial's epochs and seed.
    /// </param>
    /// <param name="options">How to search; null for the defaults.</param>
    /// <param name="cancellationToken">
    /// Stops the search with <see cref="OperationCanceledException"/> before its next trial; trials done stay in the journal.
    /// </param>
    /// <returns>Every trial, and the best one; build it with all training rows for the final model.</returns>
    /// <remarks>
    /// Source: Jamieson and Talwalkar, Non-stochastic Best Arm Identification and Hyperparameter Optimization, AISTATS 2016. Trials run one
    /// after the other, since each uses all cores. A trial whose fit throws <see cref="InvalidOperationException"/> (training diverged)
    /// counts as failed; other exceptions end the search. Equal seeds draw equal configurations.
    /// </remarks>
    /// <exception cref="ArgumentException">The space is empty or an option is out of range.</exception>
    /// <exception cref="IOException">The journal exists and is not to be resumed, or cannot be written.</exception>
    /// <exception cref="InvalidDataException">The journal is of another search, or damaged.</exception>
    /// <exception cref="InvalidOperationException">All trials failed.</exception>
    /// <exception cref="OperationCanceledException">Canceled; the journal has the trials done.</exception>
    /// <example><code>
    /// var space = new ParameterSpace().Real("LearningRate", 0.001, 0.02, logarithmic: true).Integer("Layers", 1, 4);
    /// var report = ml.Hybrid.Search(split, space, p => keys
    ///     .Append(ml.Hybrid.GnnEmbedding(new()
    ///     {
    ///         Model = GraphModel.LightGcn(p.Integer("Layers")),
    ///         Training = p.Training with { LearningRate = p.Real("LearningRate") },
    ///     }))
    ///     .Append(ml.Hybrid.Fuse("Features", user: ["UserGraph"], item: ["ItemGraph"]))
    ///     .Append(ml.Hybrid.Ranking(new() { Head = RankingHead.DotProduct() })));
    /// Console.WriteLine(report);
    /// </code></example>
    public static SearchReport Search(
        this HybridCatalog catalog,
        InteractionSplit split,
        ParameterSpace space,
        Func<SearchParameters, IEstimator<ITransformer>> build,
        SearchOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(build);
        options ??= new();
        options.Validate();
        if (space.Names.Count == 0)
            throw new ArgumentException("The search space is empty; add what may vary with Real, Integer or Choice.", nameof(space));

        int seed = ((IHostEnvironment)catalog.Context).Seed(StageNames.Search, options.Seed);
        options = options with { Seed = seed };
        var judged = split.ValidationSet is { } validation
            ? new InteractionSplit(split.TrainSet, validation, split.Protocol) { RelevanceThreshold = split.RelevanceThreshold }
            : catalog.Data.RandomSplit(split.TrainSet, ValidationSplit(options)) with { RelevanceThreshold = split.RelevanceThreshold };
        var evaluation = options.Evaluation with { K = [options.K], BootstrapSamples = 0, Baselines = false };
        var done = new List<SearchTrial>();
        string ranges = string.Join(", ", space.Dimensions.Select(d => $"{d.Name} {d.Range}"));
        string search = $"{OptionsFingerprint.Describe(options)}; {judged.Protocol}; {ranges}";
        using var journal = options.JournalPath is { } path ? SearchJournal.Open(path, options.Resume, search, seed, done) : null;
        var halving = new SuccessiveHalving(space, options, cancellationToken, Reached);
        var progress = new SearchProgress(options.Progress, halving.TrialCount);
        return new SearchReport(
            halving.Run(done, journal is null ? _ => { }
        : journal.Append, progress.Tell), $"{options.Metric}@{options.K}");

        double Reached(SearchParameters parameters)
        {
            var model = build(parameters).Fit(judged.TrainSet);
            return catalog.EvaluateTopK(model, judged, evaluation, cancellationToken)[options.Metric, options.K].Value;
        }
    }

    private static RandomSplitOptions ValidationSplit(SearchOptions options) => new()
    {
        TestFraction = options.ValidationFraction,
        Seed = options.Seed,
        UserColumnName = options.Evaluation.UserColumnName,
        ItemColumnName = options.Evaluation.ItemColumnName,
    };
}
