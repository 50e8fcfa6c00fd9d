using System.Runtime.CompilerServices;
using HybridRec.MLNet;

namespace Microsoft.ML;

public static partial class HybridTrainersCatalog
{
    /// <summary>The ranking head over fused pairs (eq. 4).</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="labelColumnName">The rating column, if there is one.</param>
    /// <param name="featureColumnName">The fused pair of <c>ml.Hybrid.Fuse</c>.</param>
    /// <param name="objective">The loss of a user's list.</param>
    /// <param name="head">The function of the fused pair; null: <see cref="RankingHead.Mlp"/>.</param>
    /// <param name="epochs">The most passes over the training lists.</param>
    /// <param name="seed">Seed; null: drawn from the context.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value that cannot be trained with.</exception>
    public static HybridRankingTrainer Ranking(
        this HybridCatalog catalog,
        string labelColumnName = ColumnNames.Label,
        string featureColumnName = ColumnNames.Features,
        RankingObjective objective = RankingObjective.Softmax,
        RankingHead? head = null,
        int epochs = 50,
        int? seed = null) =>
        catalog.Ranking(new RankingOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            Objective = objective,
            Head = head ?? RankingHead.Mlp(),
            Training = new() { Epochs = epochs, Seed = seed },
        });

    /// <summary>The ranking head over fused pairs (eq. 4).</summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="options">Options.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value that cannot be trained with.</exception>
    /// <example><code>
    /// .Append(ml.Hybrid.Fuse("Features", user: ["UserGraph", "UserMeaning"], item: ["ItemGraph", "ItemMeaning"]))
    /// .Append(ml.Hybrid.Ranking(new() { Objective = RankingObjective.Softmax }));
    /// </code></example>
    [OverloadResolutionPriority(1)] // Ranking(new() { ... }) means this one
    public static HybridRankingTrainer Ranking(this HybridCatalog catalog, RankingOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new HybridRankingTrainer(catalog.Context, options);
    }
}
