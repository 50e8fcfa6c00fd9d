using HybridRec.MLNet;
using HybridRec.MLNet.Evaluation;
using HybridRec.MLNet.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public static partial class HybridTrainersCatalog
{
    /// <summary>
    /// Ranks all items for every test user, training items masked, and measures precision, recall, NDCG, MRR, MAP, hit rate, coverage,
    /// novelty and Gini at each cut-off, beside random, popularity, item-mean and oracle rows.
    /// </summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="model">From raw rows, like those it was fitted on, to a column Score of type Single.</param>
    /// <param name="split">What it was fitted on and what it is judged on.</param>
    /// <param name="k">Cut-offs; null for 10 and 20.</param>
    /// <param name="cancellationToken">Stops it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, or a cut-off is below 1.</exception>
    public static TopKReport EvaluateTopK(
        this HybridCatalog catalog, ITransformer model, InteractionSplit split, int[]? k = null,
        CancellationToken cancellationToken = default) =>
        EvaluateTopK(catalog, model, split, k is null ? new TopKOptions() : new TopKOptions { K = k }, cancellationToken);

    /// <summary>Ranks items for every test user and measures the rankings, beside random, popularity, item-mean and oracle rows.</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="model">From raw rows, like those it was fitted on, to a column Score of type Single.</param>
    /// <param name="split">What it was fitted on and what it is judged on.</param>
    /// <param name="options">What is ranked, what is relevant, which intervals.</param>
    /// <param name="cancellationToken">Stops it with an <see cref="OperationCanceledException"/>.</param>
    /// <remarks>
    /// Means are over users with a relevant test item. Ties are broken against the model: among equal scores irrelevant items come first,
    /// as in ML.NET's ranking evaluator. NaN scores rank last and are counted. Users are scored in blocks on all cores, in bounded memory.
    /// The Random row is an exact expectation, not a run.
    /// </remarks>
    /// <exception cref="ArgumentException">An option is out of its range, or a column is missing or of the wrong type.</exception>
    /// <exception cref="System.IO.InvalidDataException">A label is NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static TopKReport EvaluateTopK(
        this HybridCatalog catalog, ITransformer model, InteractionSplit split, TopKOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(options);
        return TopKEvaluator.Evaluate(catalog.Context, model, split, Seeded(catalog, options), cancellationToken);
    }

    /// <summary>
    /// Measures given lists in place of a model: what a second stage makes of candidates, or what business rules leave of them. Metrics,
    /// baselines and intervals are those of a full ranking, in which whatever is not in a user's list comes behind it.
    /// </summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="lists">Rows with a user, an item and a column Score of type Single, higher is better, in any order.</param>
    /// <param name="split">What the lists were made from and what they are judged on.</param>
    /// <param name="options">What is relevant, which intervals; null for the defaults.</param>
    /// <param name="cancellationToken">Stops it with an <see cref="OperationCanceledException"/>.</param>
    /// <remarks>A test user without a list has no hit. Reports over one split compare user by user
    /// (<see cref="TopKReport.CompareTo(TopKReport, TopKMetric, int)"/>), also with those of models. Where a user has several lists, one a
    /// request, a column that tells the requests apart is the user column.</remarks>
    /// <exception cref="ArgumentException">An option is out of its range, a column is missing or of the wrong type, a list has an item
    /// twice, or one that cannot be ranked.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    /// <example><code>
    /// IDataView ranked = secondStage.Transform(recommender.CandidateRows(split.TestSet));
    /// Console.WriteLine(ml.Hybrid.EvaluateTopK(ranked, split));
    /// </code></example>
    public static TopKReport EvaluateTopK(
        this HybridCatalog catalog, IDataView lists, InteractionSplit split, TopKOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentNullException.ThrowIfNull(split);
        return TopKEvaluator.Evaluate(catalog.Context, lists, split, Seeded(catalog, options ?? new TopKOptions()), cancellationToken);
    }

    private static TopKOptions Seeded(HybridCatalog catalog, TopKOptions options)
    {
        options.Validate();
        // Without intervals nothing is random, and nothing is drawn from the context.
        int seed = options.BootstrapSamples == 0
            ? options.Seed ?? 0
            : ((IHostEnvironment)catalog.Context).Seed(StageNames.EvaluateTopK, options.Seed);
        return options with { Seed = seed };
    }

    /// <summary>Scored rows made fit for <c>ml.Ranking.Evaluate</c> with its default arguments.</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="scored">Rows with a user, a label and a score, for example <c>model.Transform(split.TestSet)</c>.</param>
    /// <param name="options">Columns and what is relevant; null for the defaults (stars).</param>
    /// <param name="cancellationToken">Stops it with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// Label (Single, grades 0 to 4), GroupId (key, the user) and Score (Single, finite), the rows of a user together and otherwise in
    /// their old order. Rows without a user id are left out. Read once, when this is called.
    /// </returns>
    /// <remarks>
    /// It evaluates the order of each user's labeled rows, not a full ranking; for that use <see cref="FullRankingView"/>. Without this
    /// step the evaluator throws at 5 stars, takes interleaved users for many small groups, and drops rows whose score is NaN.
    /// </remarks>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, or every grade is 0.</exception>
    /// <exception cref="System.IO.InvalidDataException">A label is not finite, or above 5 without a threshold.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static IDataView RankingView(
        this HybridCatalog catalog, IDataView scored, RankingViewOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(scored);
        options ??= new RankingViewOptions();
        options.Validate();
        return RankingViewBuilder.Build(scored, options, cancellationToken);
    }

    /// <summary>
    /// A short view from which <c>ml.Ranking.Evaluate</c> computes the exact full-ranking NDCG at every cut-off up to <paramref name="k"/>:
    /// the same as <c>EvaluateTopK</c>'s.
    /// </summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="model">From raw rows to a column Score of type Single.</param>
    /// <param name="split">What it was fitted on and what it is judged on.</param>
    /// <param name="k">Cut-off; above 10 also give the evaluator <c>new RankingEvaluatorOptions { DcgTruncationLevel = k }</c>.</param>
    /// <param name="options">
    /// What is ranked and what is relevant; its K, intervals and baselines do not matter. Null for the defaults.
    /// </param>
    /// <param name="cancellationToken">Stops it with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// Label (Single, 0 or 1), GroupId (key, the user) and Score: the user's first k items, and every other relevant item with
    /// <see cref="float.MinValue"/>. At most k + relevant rows a user.
    /// </returns>
    /// <exception cref="ArgumentException">An option is out of its range, or a column is missing or of the wrong type.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static IDataView FullRankingView(
        this HybridCatalog catalog,
        ITransformer model,
        InteractionSplit split,
        int k = 10,
        TopKOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(split);
        var judged = (options ?? new TopKOptions()) with { K = [k] };
        judged.Validate();
        return FullRankingViewBuilder.Build(catalog.Context, model, split, k, judged, cancellationToken);
    }
}
