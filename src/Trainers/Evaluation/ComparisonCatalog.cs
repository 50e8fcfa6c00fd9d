using System.Diagnostics;
using HybridRec.MLNet;
using HybridRec.MLNet.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public static partial class HybridTrainersCatalog
{
    private const string CompareStage = "Compare";

    /// <inheritdoc cref="CrossValidate(HybridCatalog, IDataView, IEstimator{ITransformer}, CrossValidationOptions, CancellationToken)"/>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="data">Interactions.</param>
    /// <param name="pipeline">What is fitted: from raw rows to a column Score.</param>
    /// <param name="numberOfFolds">Number of folds.</param>
    /// <param name="k">Cut-offs; null for 10 and 20.</param>
    /// <param name="seed">Seed of the folds; null draws one from the context.</param>
    /// <param name="cancellationToken">Stops it between two folds and while lists are judged.</param>
    public static CrossValidationReport CrossValidate(
        this HybridCatalog catalog, IDataView data, IEstimator<ITransformer> pipeline, int numberOfFolds = 5, int[]? k = null,
        int? seed = null, CancellationToken cancellationToken = default) =>
        CrossValidate(
            catalog, data, pipeline,
            new CrossValidationOptions
            {
                NumberOfFolds = numberOfFolds,
                Judge = k is null ? new() : new() { K = k },
                Seed = seed,
            },
            cancellationToken);

    /// <summary>
    /// Deals each user's items to folds, fits the pipeline once a fold on the others and judges it on that one by full ranking.
    /// </summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="data">Interactions.</param>
    /// <param name="pipeline">What is fitted: from raw rows to a column Score.</param>
    /// <param name="options">Folds, and what is judged.</param>
    /// <param name="cancellationToken">Stops it between two folds and while lists are judged.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, or a fold would be empty.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static CrossValidationReport CrossValidate(
        this HybridCatalog catalog, IDataView data, IEstimator<ITransformer> pipeline, CrossValidationOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        int seed = ((IHostEnvironment)catalog.Context).Seed(CrossValidationOptions.Stage, options.Seed);
        var judge = options.Judge with { Seed = options.Judge.Seed ?? seed };
        var columns = new RandomSplitOptions { UserColumnName = judge.UserColumnName, ItemColumnName = judge.ItemColumnName };
        var folds = catalog.Data.CrossValidationSplit(data, columns, options.NumberOfFolds, seed);
        return new CrossValidationReport(
            [.. folds.Select(fold => Judged(catalog, fold.Protocol, pipeline, fold, judge, cancellationToken))], judge);
    }

    /// <inheritdoc cref="Compare(HybridCatalog, InteractionSplit, TopKOptions, ValueTuple{string, IEstimator{ITransformer}}[])"/>
    public static ModelComparison Compare(
        this HybridCatalog catalog, InteractionSplit split, params (string Name, IEstimator<ITransformer> Pipeline)[] pipelines) =>
        Compare(catalog, split, new TopKOptions(), pipelines);

    /// <summary>
    /// The same on a random fifth of each user's items, as of <see cref="DataCatalog.RandomSplit(IDataView, double, double, int?)"/>.
    /// </summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="data">Interactions.</param>
    /// <param name="pipelines">What is compared.</param>
    /// <exception cref="ArgumentException">
    /// There is no pipeline, or two have one name; a column is missing or of the wrong type.
    /// </exception>
    public static ModelComparison Compare(
        this HybridCatalog catalog, IDataView data, params (string Name, IEstimator<ITransformer> Pipeline)[] pipelines)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return Compare(catalog, catalog.Data.RandomSplit(data), new TopKOptions(), pipelines);
    }

    /// <summary>
    /// Fits several pipelines on the training rows of one split and judges all of them on the same users: a table with intervals, paired
    /// differences and seconds, and a plot.
    /// </summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="split">What they are fitted on and judged on; ML.NET's <c>TrainTestData</c> as well.</param>
    /// <param name="options">What is judged.</param>
    /// <param name="pipelines">What is compared: a name and the pipeline, from raw rows to a column Score.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException">
    /// There is no pipeline, or two have one name; a column is missing or of the wrong type.
    /// </exception>
    public static ModelComparison Compare(
        this HybridCatalog catalog, InteractionSplit split, TopKOptions options,
        params (string Name, IEstimator<ITransformer> Pipeline)[] pipelines) =>
        Compare(catalog, split, options, pipelines, CancellationToken.None);

    /// <inheritdoc cref="Compare(HybridCatalog, InteractionSplit, TopKOptions, ValueTuple{string, IEstimator{ITransformer}}[])"/>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="split">What they are fitted on and judged on; ML.NET's <c>TrainTestData</c> as well.</param>
    /// <param name="options">What is judged.</param>
    /// <param name="pipelines">What is compared: a name and the pipeline, from raw rows to a column Score.</param>
    /// <param name="cancellationToken">Stops it between two pipelines and while lists are judged; a fit stops by its own options.</param>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static ModelComparison Compare(
        this HybridCatalog catalog, InteractionSplit split, TopKOptions options,
        IReadOnlyList<(string Name, IEstimator<ITransformer> Pipeline)> pipelines, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(pipelines);
        options.Validate();
        if (pipelines.Count == 0 || pipelines.Any(one => string.IsNullOrWhiteSpace(one.Name) || one.Pipeline is null)
            || pipelines.Select(one => one.Name).Distinct(StringComparer.Ordinal).Count() != pipelines.Count)
        {
            throw new ArgumentException(
                $"{CompareStage}: give at least one pipeline, each with a name of its own, for example (\"EASE\", chain).",
                nameof(pipelines));
        }
        int seed = ((IHostEnvironment)catalog.Context).Seed(CompareStage, options.Seed);
        var judge = options with { Seed = seed };
        return new ModelComparison(
            [.. pipelines.Select((one, at) =>
                Judged(catalog, one.Name, one.Pipeline, split, judge with { Baselines = judge.Baselines && at == 0 }, cancellationToken))],
            judge);
    }

    private static ComparedModel Judged(
        HybridCatalog catalog, string name, IEstimator<ITransformer> pipeline, InteractionSplit split, TopKOptions judge,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        ITransformer model = pipeline.Fit(split.TrainSet);
        var fitting = clock.Elapsed;
        return new ComparedModel(name, fitting, EvaluateTopK(catalog, model, split, judge, cancellationToken));
    }
}
