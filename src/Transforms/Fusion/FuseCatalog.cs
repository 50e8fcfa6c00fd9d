using System.Runtime.CompilerServices;
using HybridRec.MLNet;
using HybridRec.MLNet.Fusion;

namespace Microsoft.ML;

/// <summary>Fusion of structure and meaning.</summary>
public static class FuseCatalog
{
    /// <summary>Concatenates columns into one feature vector (eq. 3); whom a column describes is told by its name.</summary>
    /// <param name="catalog">The items.</param>
    /// <param name="outputColumnName">Name of the fused column.</param>
    /// <param name="inputColumnNames">
    /// The columns, in slot order: vectors of Single with a known size, or scalar Singles. A name starting with "User" is the user's, with "Item" the
    /// item's, any other describes the interaction.
    /// </param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentException">No column is named, or one is named twice or is empty.</exception>
    public static FuseEstimator Fuse(this HybridCatalog catalog, string outputColumnName, params string[] inputColumnNames)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(inputColumnNames);
        return new FuseEstimator(catalog.Context, outputColumnName, Array.ConvertAll(inputColumnNames, name => FusionInput.OfName(name ?? "")));
    }

    /// <summary>Concatenates columns into one feature vector (eq. 3); whom each describes is told by the options.</summary>
    /// <param name="catalog">The items.</param>
    /// <param name="options">The columns.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentException">No column is named, or one is named twice or is empty.</exception>
    [OverloadResolutionPriority(1)] // Fuse(new() { ... }) means this one
    public static FuseEstimator Fuse(this HybridCatalog catalog, FuseOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new FuseEstimator(catalog.Context, options);
    }
}
