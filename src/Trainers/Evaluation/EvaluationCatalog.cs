using HybridRec.MLNet;
using HybridRec.MLNet.Evaluation;

namespace Microsoft.ML;

/// <summary>Evaluation on <c>ml.Hybrid</c>.</summary>
public static class EvaluationCatalog
{
    /// <summary>
    /// Ranks the catalogue for every test user, training items masked, and measures precision, recall, NDCG, MRR, MAP, hit rate, coverage, novelty
    /// and Gini at each cut-off, beside random, popularity, item-mean and oracle rows.
    /// </summary>
    /// <param name="hybrid">The catalog.</param>
    /// <param name="model">From raw rows, like those it was fitted on, to a column Score of type Single.</param>
    /// <param name="split">What it was fitted on and what it is judged on.</param>
    /// <param name="k">Cut-offs; null for 10 and 20.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, or a cut-off is below 1.</exception>
    public static TopKReport EvaluateTopK(this HybridCatalog hybrid, ITransformer model, InteractionSplit split, int[]? k = null) =>
        EvaluateTopK(hybrid, model, split, k is null ? new TopKOptions() : new TopKOptions { K = k });

    /// <summary>Ranks items for every test user and measures the rankings, beside random, popularity, item-mean and oracle rows.</summary>
    /// <param name="hybrid">The catalog.</param>
    /// <param name="model">From raw rows, like those it was fitted on, to a column Score of type Single.</param>
    /// <param name="split">What it was fitted on and what it is judged on.</param>
    /// <param name="options">What is ranked, what is relevant, which intervals.</param>
    /// <remarks>
    /// Means are over users with a relevant test item. Ties are broken against the model: among equal scores irrelevant items come first, as in
    /// ML.NET's ranking evaluator. NaN scores rank last and are counted. Users are scored in blocks on all cores, in bounded memory.
    /// The Random row is an exact expectation, not a run.
    /// </remarks>
    /// <exception cref="ArgumentException">An option is out of its range, or a column is missing or of the wrong type.</exception>
    /// <exception cref="System.IO.InvalidDataException">A label is NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static TopKReport EvaluateTopK(this HybridCatalog hybrid, ITransformer model, InteractionSplit split, TopKOptions options)
    {
        ArgumentNullException.ThrowIfNull(hybrid);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(options);
        return TopKEvaluator.Evaluate(hybrid.Context, model, split, options);
    }
}
