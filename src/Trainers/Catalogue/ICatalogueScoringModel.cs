using Microsoft.ML;

namespace HybridRec.MLNet.Catalogues;

/// <summary>A last transformer of a chain that can score a whole catalogue faster than row by row (the fast path of <see cref="CatalogueScorers"/>).</summary>
internal interface ICatalogueScoringModel
{
    /// <summary>Makes a scorer, or returns null when this model cannot (then rows are scored one by one).</summary>
    /// <param name="ml">Context.</param>
    /// <param name="prefix">The chain without its last transformer: raw rows in, this model's inputs out.</param>
    /// <param name="catalogue">Users and items: <see cref="Catalogue.UserRows"/> and <see cref="Catalogue.ItemRows"/> go through <paramref name="prefix"/>.</param>
    ICatalogueScorer? TryCreateScorer(MLContext ml, ITransformer prefix, Catalogue catalogue);
}
