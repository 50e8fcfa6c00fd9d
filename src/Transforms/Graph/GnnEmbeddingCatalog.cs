using HybridRec.MLNet;

namespace Microsoft.ML;

/// <summary>Adds <c>GnnEmbedding</c> to <c>ml.Hybrid</c>.</summary>
public static class GnnEmbeddingCatalog
{
    /// <summary>Vectors of users and items from the graph of their interactions, with the settings most often changed.</summary>
    /// <param name="catalog">The catalogue, <c>ml.Hybrid</c>.</param>
    /// <param name="outputUserColumnName">Name of the user's vector.</param>
    /// <param name="outputItemColumnName">Name of the item's vector.</param>
    /// <param name="userColumnName">Key column of users.</param>
    /// <param name="itemColumnName">Key column of items.</param>
    /// <param name="labelColumnName">Label column; it may be absent from the data.</param>
    /// <param name="dimension">Length of the vectors.</param>
    /// <param name="layers">Number of propagations.</param>
    /// <param name="epochs">Most passes over the interactions.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentException">A setting is illegal.</exception>
    public static GnnEmbeddingEstimator GnnEmbedding(
        this HybridCatalog catalog,
        string outputUserColumnName = "UserGraph",
        string outputItemColumnName = "ItemGraph",
        string userColumnName = ColumnNames.User,
        string itemColumnName = ColumnNames.Item,
        string labelColumnName = ColumnNames.Label,
        int dimension = 64,
        int layers = 3,
        int epochs = 30)
        => GnnEmbedding(catalog, new GnnEmbeddingOptions
        {
            OutputUserColumnName = outputUserColumnName,
            OutputItemColumnName = outputItemColumnName,
            UserColumnName = userColumnName,
            ItemColumnName = itemColumnName,
            LabelColumnName = labelColumnName,
            Dimension = dimension,
            Layers = layers,
            Epochs = epochs,
        });

    /// <summary>Vectors of users and items from the graph of their interactions.</summary>
    /// <param name="catalog">The catalogue, <c>ml.Hybrid</c>.</param>
    /// <param name="options">All settings.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentException">A setting is illegal.</exception>
    public static GnnEmbeddingEstimator GnnEmbedding(this HybridCatalog catalog, GnnEmbeddingOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new GnnEmbeddingEstimator(catalog.Context, options);
    }
}
