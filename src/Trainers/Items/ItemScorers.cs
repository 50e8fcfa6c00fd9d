using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Items;

/// <summary>Picks how a model scores all items.</summary>
internal static class ItemScorers
{
    /// <summary>
    /// The fast path when the model is a chain whose last transformer is an <see cref="IItemScoringModel"/>, else any model with a
    /// Score column through rows of a <see cref="CrossJoinView"/>.
    /// </summary>
    /// <param name="ml">Context.</param>
    /// <param name="model">From raw rows to a Score column.</param>
    /// <param name="tables">What to score.</param>
    public static IItemScorer Create(MLContext ml, ITransformer model, EntityTables tables)
    {
        var steps = ChainStages.Of(model).ToArray();
        if (steps is [.. var before, IItemScoringModel last]
            && last.TryCreateScorer(ml, new TransformerChain<ITransformer>(before), tables) is { } scorer)
            return scorer;
        return new GenericItemScorer(model, tables);
    }
}
