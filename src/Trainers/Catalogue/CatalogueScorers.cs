using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Catalogues;

/// <summary>Picks how a model scores a whole catalogue.</summary>
internal static class CatalogueScorers
{
    /// <summary>
    /// The fast path when the model is a chain whose last transformer is an <see cref="ICatalogueScoringModel"/>, else any model with a
    /// Score column through rows of a <see cref="CrossJoinView"/>.
    /// </summary>
    /// <param name="ml">Context.</param>
    /// <param name="model">From raw rows to a Score column.</param>
    /// <param name="catalogue">What to score.</param>
    public static ICatalogueScorer Create(MLContext ml, ITransformer model, Catalogue catalogue)
    {
        var steps = ChainStages.Of(model).ToArray();
        if (steps is [.. var before, ICatalogueScoringModel last]
            && last.TryCreateScorer(ml, new TransformerChain<ITransformer>(before), catalogue) is { } scorer)
            return scorer;
        return new GenericCatalogueScorer(model, catalogue);
    }
}
