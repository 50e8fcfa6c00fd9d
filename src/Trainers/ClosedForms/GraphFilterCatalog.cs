using System.Runtime.CompilerServices;
using HybridRec.MLNet;

namespace Microsoft.ML;

public static partial class HybridTrainersCatalog
{
    /// <summary>A ranker in closed form, without training: chosen from the data, or Turbo-CF, EASE, EASE with texts (L3AE), BSPM.</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="filter">The closed form; null: chosen from the data.</param>
    /// <param name="labelColumnName">The rating column, if there is one.</param>
    /// <param name="positiveThreshold">Labels of at least this are positives; null: those above 0.</param>
    /// <param name="memoryLimitMiB">Memory for the item x item weights.</param>
    /// <returns>The ranker.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value that cannot be fitted with.</exception>
    public static GraphFilterTrainer GraphFilter(
        this HybridCatalog catalog,
        ClosedFormSettings? filter = null,
        string labelColumnName = ColumnNames.Label,
        float? positiveThreshold = null,
        int memoryLimitMiB = 1900) =>
        catalog.GraphFilter(new GraphFilterOptions
        {
            Filter = filter ?? ClosedForm.Automatic(),
            LabelColumnName = labelColumnName,
            PositiveThreshold = positiveThreshold,
            MemoryLimitMiB = memoryLimitMiB,
        });

    /// <summary>The scores of a closed form as a part of the pair, for <c>Fuse(pair: [outputColumnName])</c>.</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="outputColumnName">The column of the scores.</param>
    /// <param name="filter">The closed form; null: the default of <see cref="GraphFilterOptions.Filter"/>.</param>
    /// <returns>The stage.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value that cannot be fitted with.</exception>
    /// <example><code>
    /// .Append(ml.Hybrid.GraphFilter("FilterScore", ClosedForm.Ease()))
    /// .Append(ml.Hybrid.Fuse("Features", user: ["UserGraph"], item: ["ItemGraph"], pair: ["FilterScore"]))
    /// </code></example>
    public static GraphFilterTrainer GraphFilter(this HybridCatalog catalog, string outputColumnName, ClosedFormSettings? filter = null)
    {
        var options = new GraphFilterOptions { OutputColumnName = outputColumnName };
        return catalog.GraphFilter(filter is null ? options : options with { Filter = filter });
    }

    /// <inheritdoc cref="GraphFilter(HybridCatalog, string, ClosedFormSettings)"/>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="outputColumnName">The column of the scores.</param>
    /// <param name="options">Options.</param>
    [OverloadResolutionPriority(1)] // GraphFilter("FilterScore", new() { ... }) means this one
    public static GraphFilterTrainer GraphFilter(this HybridCatalog catalog, string outputColumnName, GraphFilterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return catalog.GraphFilter(options with { OutputColumnName = outputColumnName });
    }

    /// <summary>A ranker in closed form, without training: chosen from the data, or Turbo-CF, EASE, EASE with texts (L3AE), BSPM.</summary>
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
