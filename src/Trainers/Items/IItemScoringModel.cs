using Microsoft.ML;

namespace HybridRec.MLNet.Items;

/// <summary>
/// A last transformer of a chain that can score all items faster than row by row (the fast path of <see cref="ItemScorers"/>).
/// </summary>
internal interface IItemScoringModel
{
    /// <summary>Makes a scorer, or returns null when this model cannot (then rows are scored one by one).</summary>
    /// <param name="ml">Context.</param>
    /// <param name="prefix">The chain without its last transformer: raw rows in, this model's inputs out.</param>
    /// <param name="tables">Users and items: <see cref="EntityTables.UserRows"/> and <see cref="EntityTables.ItemRows"/> go through
    /// <paramref name="prefix"/>.</param>
    IItemScorer? TryCreateScorer(MLContext ml, ITransformer prefix, EntityTables tables);
}
