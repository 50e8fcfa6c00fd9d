using HybridRec.MLNet;
using HybridRec.MLNet.FoldIn;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Rankers, evaluation, search, updates and serving on <c>ml.Hybrid</c>.</summary>
public static partial class HybridTrainersCatalog
{
    /// <summary>Folds new interactions, users and items into a fitted model, without training.</summary>
    /// <remarks>
    /// <para>What each stage does. MapValueToKey of a user or item column gets the ids that are new, behind the known ones. GnnEmbedding
    /// (fitted with
    /// <see cref="GnnEmbeddingOptions.Updatable"/>) adds positive rows to its graph and propagates its trained layer-0 vectors E over the
    /// new graph: the vectors served are those that
    /// fitting would have given for this graph and these E, for every node. A user or item that was not trained gets the E of its projected
    /// features; where its side has no
    /// features, <c>m + P x</c> of the mean x of its trained neighbors' E, with m the mean E of the trained and P the ridge regression of
    /// theirs on such means. GraphSAGE and PinSage do the same by their own layers, over all neighbors or those that are sampled
    /// (<c>servedFanouts</c> of <see cref="GraphModel.GraphSage"/>). UserProfile adds the text vectors of the new positives to their users'
    /// sums; a row given twice counts twice, as in fitting. GraphFilter adds the new positives to what users have, so that a user is scored
    /// by the whole history; the weights between items (EASE, L3AE, ItemKNN), the items' vectors of iALS and the frequencies of BSPM stay
    /// as fitted, those of Turbo-CF and of UserKNN without a half-life are made anew from all positives. Every other stage is kept as it
    /// is, and shared with the old model: dispose one of the two only when neither is in use.</para>
    /// <para>What stays as it was until the next fit: E, the mean and the projection that place nodes without interactions, what a closed
    /// form knows of items (an item that is new has the score 0 of it, and the other parts place it), and the ranker.</para>
    /// <para>The old model is not changed. The result saves and loads like any model, and can be updated again. Without new rows it is the
    /// same model.</para>
    /// </remarks>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="model">A fitted or loaded model over raw rows.</param>
    /// <param name="newRows">The new interactions, in the schema the model was fitted on.</param>
    /// <param name="cancellationToken">Stops with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The updated model.</returns>
    /// <exception cref="ArgumentException">The model has no stage to update; a column is missing or of the wrong type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type (ML.NET's own stages say so by
    /// this).</exception>
    /// <exception cref="InvalidOperationException">GnnEmbedding was fitted without Updatable, a stage was saved by an older version, or a
    /// stage depends on the number of users or items.</exception>
    /// <exception cref="InvalidDataException">A label or a vector is not finite.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    /// <example><code>
    /// var model = keys.Append(ml.Hybrid.GnnEmbedding(new() { Updatable = true })) ... .Fit(yesterday);
    /// model = ml.Hybrid.Update(model, today);
    /// </code></example>
    public static TransformerChain<ITransformer> Update(
        this HybridCatalog catalog, ITransformer model, IDataView newRows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(newRows);
        return ChainFoldIn.Run(catalog.Context, model, newRows, cancellationToken);
    }

    /// <summary>Makes an updater, which folds single interactions into the graph of a model and answers within milliseconds.</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="model">A fitted or loaded model over raw rows, with MapValueToKey and one GnnEmbedding fitted with
    /// <see cref="GnnEmbeddingOptions.Updatable"/>; a GraphFilter of it reads the same keys. It is not changed.</param>
    /// <param name="inputSchema">The schema of the raw rows; <c>ml.Model.Load</c> gives it too.</param>
    /// <param name="rounds">How far from a new interaction vectors are recomputed: 0 for its user and item, 1 for their neighbors too, and
    /// so on. As many as layers is exact, and reaches most of a graph.</param>
    /// <returns>The updater.</returns>
    /// <exception cref="ArgumentException">The model has no GnnEmbedding or several, or no MapValueToKey for its keys; a column is
    /// missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rounds"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">GnnEmbedding was fitted without Updatable.</exception>
    /// <example><code>
    /// var updater = ml.Hybrid.CreateUpdater(model, ratings.Schema);
    /// updater.Add("newcomer", "film 7");
    /// var top = updater.Recommend("newcomer", count: 10);
    /// ITransformer next = updater.ToModel();
    /// </code></example>
    public static ModelUpdater CreateUpdater(this HybridCatalog catalog, ITransformer model, DataViewSchema inputSchema, int rounds = 0)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputSchema);
        ArgumentOutOfRangeException.ThrowIfNegative(rounds);
        return new ModelUpdater(catalog.Context, model, inputSchema, rounds);
    }
}
