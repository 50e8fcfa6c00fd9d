using System.Runtime.CompilerServices;
using HybridRec.MLNet;

namespace Microsoft.ML;

public static partial class HybridTransformsCatalog
{
    /// <summary>A vector for each user: the mean of the vectors of the items they took.</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="outputColumnName">The column to write.</param>
    /// <param name="itemVectorColumnName">The item's vector.</param>
    /// <param name="center">Whether the mean vector of the items is subtracted first.</param>
    /// <param name="normalize">Whether profiles are brought to length 1.</param>
    /// <returns>The estimator.</returns>
    /// <example><code>
    /// .Append(ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText"))
    /// .Append(ml.Hybrid.UserProfile("UserMeaning", "ItemMeaning"))
    /// </code></example>
    public static UserProfileEstimator UserProfile(
        this HybridCatalog catalog, string outputColumnName = "UserMeaning", string itemVectorColumnName = "ItemMeaning",
        bool center = true, bool normalize = true) =>
        catalog.UserProfile(new UserProfileOptions
        {
            OutputColumnName = outputColumnName,
            ItemVectorColumnName = itemVectorColumnName,
            Center = center,
            Normalize = normalize,
        });

    /// <summary>A vector for each user: the mean of the vectors of the items they took.</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="options">Options.</param>
    /// <returns>The estimator.</returns>
    [OverloadResolutionPriority(1)] // UserProfile(new() { ... }) means this one
    public static UserProfileEstimator UserProfile(this HybridCatalog catalog, UserProfileOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new UserProfileEstimator(catalog.Context, options);
    }
}
