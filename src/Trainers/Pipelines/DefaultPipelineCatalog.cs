using HybridRec.MLNet;

namespace Microsoft.ML;

public static partial class HybridTrainersCatalog
{
    /// <summary>The pipeline that the house recommends for these rows; reads their columns, not the rows.</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="data">Interactions: users, items, and what else is known, as the loaders of <c>ml.Hybrid.Data</c> give them.</param>
    /// <param name="options">What to say differently; null: nothing.</param>
    /// <returns>The pipeline, unfitted.</returns>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <example><code>
    /// var pipeline = ml.Hybrid.DefaultPipeline(rows);
    /// Console.WriteLine(pipeline.Describe());
    /// var model = pipeline.Fit(rows);
    /// </code></example>
    public static DefaultPipeline DefaultPipeline(this HybridCatalog catalog, IDataView data, DefaultPipelineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        return new DefaultPipeline(catalog.Context, data.Schema, options ?? new DefaultPipelineOptions());
    }
}
