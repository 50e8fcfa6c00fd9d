using HybridRec.MLNet;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Hosting;
using Microsoft.ML.Data;

namespace Microsoft.ML;

public static partial class HybridTransformsCatalog
{
    /// <summary>Vectors of users and items from the graph of their interactions, with the settings most often changed.</summary>
    /// <param name="catalog">The catalog, <c>ml.Hybrid</c>.</param>
    /// <param name="outputUserColumnName">Name of the user's vector.</param>
    /// <param name="outputItemColumnName">Name of the item's vector.</param>
    /// <param name="userColumnName">Key column of users.</param>
    /// <param name="itemColumnName">Key column of items.</param>
    /// <param name="labelColumnName">Label column; it may be absent from the data.</param>
    /// <param name="dimension">Length of the vectors.</param>
    /// <param name="layers">Number of propagations.</param>
    /// <param name="epochs">Most passes over the interactions; null is chosen by their number.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A setting is illegal.</exception>
    public static GnnEmbeddingEstimator GnnEmbedding(
        this HybridCatalog catalog,
        string outputUserColumnName = "UserGraph",
        string outputItemColumnName = "ItemGraph",
        string userColumnName = ColumnNames.User,
        string itemColumnName = ColumnNames.Item,
        string labelColumnName = ColumnNames.Label,
        int dimension = 64,
        int layers = 3,
        int? epochs = null)
        => GnnEmbedding(catalog, new GnnEmbeddingOptions
        {
            OutputUserColumnName = outputUserColumnName,
            OutputItemColumnName = outputItemColumnName,
            UserColumnName = userColumnName,
            ItemColumnName = itemColumnName,
            LabelColumnName = labelColumnName,
            Dimension = dimension,
            Model = GraphModel.LightGcn(layers),
            Training = new() { Epochs = epochs },
        });

    /// <summary>Vectors of users and items from the graph of their interactions.</summary>
    /// <param name="catalog">The catalog, <c>ml.Hybrid</c>.</param>
    /// <param name="options">All settings.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A setting is illegal.</exception>
    public static GnnEmbeddingEstimator GnnEmbedding(this HybridCatalog catalog, GnnEmbeddingOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new GnnEmbeddingEstimator(catalog.Context, options);
    }

    /// <summary>
    /// Computes the graph vectors that a fitted or loaded model serves once more, by another backend or in another precision. A model is
    /// saved without its backend: this is how one that was loaded gets to a device. Nothing is trained, and nodes without interactions are
    /// placed as before; later calls of <c>ml.Hybrid.Update</c> use the same backend and precision.
    /// </summary>
    /// <remarks>
    /// Stages after the graph are kept as they are, and shared with the old model: dispose one of the two only when neither is in use.
    /// </remarks>
    /// <param name="catalog">The catalog, <c>ml.Hybrid</c>.</param>
    /// <param name="model">A model with a GnnEmbedding that was fitted with <see cref="GnnEmbeddingOptions.Updatable"/>.
    /// It is not changed.</param>
    /// <param name="aggregation">What computes the vectors; HYBRIDREC_BACKEND goes before it.</param>
    /// <param name="precision">Single or Int8.</param>
    /// <returns>The model with other vectors.</returns>
    /// <exception cref="ArgumentException">The model has no GnnEmbedding, or the precision is neither of the two.</exception>
    /// <exception cref="BackendUnavailableException">The backend is not to be had, or its device fails.</exception>
    /// <exception cref="InvalidOperationException">GnnEmbedding was fitted without Updatable, or the backend does not
    /// have the precision.</exception>
    /// <example><code>
    /// ITransformer loaded = ml.Model.Load("movies.zip", out _);
    /// ITransformer model = ml.Hybrid.Propagate(loaded, AggregationBackend.OpenCl("GPU"), EmbeddingPrecision.Int8);
    /// </code></example>
    public static TransformerChain<ITransformer> Propagate(
        this HybridCatalog catalog, ITransformer model, AggregationBackend aggregation,
        EmbeddingPrecision precision = EmbeddingPrecision.Single)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(aggregation);
        if (precision is not (EmbeddingPrecision.Single or EmbeddingPrecision.Int8))
            throw new ArgumentException(
                $"Propagate: the precision is {precision}; fitted vectors are computed again in Single or Int8.", nameof(precision));
        ITransformer[] stages = [.. ChainStages.Of(model)];
        if (!stages.Any(stage => stage is GnnEmbeddingTransformer))
            throw new ArgumentException(
                "Propagate: the model has no GnnEmbedding, so there are no graph vectors to compute.", nameof(model));
        return new TransformerChain<ITransformer>(
            [.. stages.Select(stage => stage is GnnEmbeddingTransformer graph ? graph.Propagated(aggregation, precision) : stage)]);
    }
}
