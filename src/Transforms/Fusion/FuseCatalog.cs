using System.Runtime.CompilerServices;
using HybridRec.MLNet;

namespace Microsoft.ML;

public static partial class HybridTransformsCatalog
{
    /// <summary>Concatenates columns into one feature vector (eq. 3), the user's first and then the item's.</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="outputColumnName">Name of the fused column.</param>
    /// <param name="user">Columns that describe the user: vectors of Single with a known size, or scalar Singles.</param>
    /// <param name="item">Columns that describe the item.</param>
    /// <param name="pair">Columns that describe the two together, from <c>ml.Hybrid.GraphFilter</c>; null: none.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No column is named, or one is named twice or has no name.</exception>
    /// <example><code>
    /// .Append(ml.Hybrid.Fuse(
    ///     "Features", user: ["UserGraph", "UserMeaning"], item: ["ItemGraph", "ItemMeaning"], pair: ["FilterScore"]))
    /// </code></example>
    public static FuseEstimator Fuse(
        this HybridCatalog catalog,
        string outputColumnName,
        IReadOnlyList<string> user,
        IReadOnlyList<string> item,
        IReadOnlyList<string>? pair = null) =>
        catalog.Fuse(new FuseOptions
        {
            OutputColumnName = outputColumnName,
            UserColumnNames = user,
            ItemColumnNames = item,
            PairColumnNames = pair ?? [],
        });

    /// <summary>Concatenates columns into one feature vector (eq. 3); whom a column describes is told by its name.</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="outputColumnName">Name of the fused column.</param>
    /// <param name="inputColumnNames">
    /// The columns, in slot order: vectors of Single with a known size, or scalar Singles. A name that starts with "User" is the user's,
    /// one that starts with "Item" the item's, any other describes the interaction.
    /// </param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No column is named, or one is named twice or has no name.</exception>
    public static FuseEstimator Fuse(this HybridCatalog catalog, string outputColumnName, params string[] inputColumnNames)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new FuseEstimator(catalog.Context, outputColumnName, inputColumnNames);
    }

    /// <summary>Concatenates columns into one feature vector (eq. 3); whom each describes is told by the options.</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="options">The columns.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No column is named, or one is named twice or has no name.</exception>
    [OverloadResolutionPriority(1)] // Fuse(new() { ... }) means this one
    public static FuseEstimator Fuse(this HybridCatalog catalog, FuseOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new FuseEstimator(catalog.Context, options);
    }
}
