using System.Runtime.CompilerServices;
using HybridRec.MLNet;

namespace Microsoft.ML;

/// <summary>Entry points of the closed-form rankers.</summary>
public static class GraphFilterCatalog
{
    /// <summary>A ranker in closed form, without training: Turbo-CF, EASE, EASE with texts (L3AE) or BSPM.</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="filter">The closed form; null: Turbo-CF.</param>
    /// <param name="labelColumnName">The rating column, if there is one.</param>
    /// <param name="positiveThreshold">Labels of at least this are positives; null: those above 0.</param>
    /// <param name="memoryLimitMiB">Memory for the item x item weights.</param>
    /// <returns>The ranker.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value that cannot be fitted with.</exception>
    public static GraphFilterTrainer GraphFilter(
        this HybridCatalog catalog,
        ClosedForm? filter = null,
        string labelColumnName = ColumnNames.Label,
        float? positiveThreshold = null,
        int memoryLimitMiB = 2048) =>
        catalog.GraphFilter(new GraphFilterOptions
        {
            Filter = filter ?? ClosedForm.TurboCf(),
            LabelColumnName = labelColumnName,
            PositiveThreshold = positiveThreshold,
            MemoryLimitMiB = memoryLimitMiB,
        });

    /// <summary>A ranker in closed form, without training: Turbo-CF, EASE, EASE with texts (L3AE) or BSPM.</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="options">Options.</param>
    /// <returns>The ranker.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value that cannot be fitted with.</exception>
    /// <example><code>
    /// var pipeline = ml.Transforms.Conversion.MapValueToKey("User")
    ///     .Append(ml.Transforms.Conversion.MapValueToKey("Item"))
    ///     .Append(ml.Hybrid.GraphFilter(new() { Filter = ClosedForm.Ease(ridge: 200) }));
    /// </code></example>
    [OverloadResolutionPriority(1)] // GraphFilter(new() { ... }) means this one
    public static GraphFilterTrainer GraphFilter(this HybridCatalog catalog, GraphFilterOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new GraphFilterTrainer(catalog.Context, options);
    }
}
