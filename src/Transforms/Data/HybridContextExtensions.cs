using HybridRec.MLNet;

namespace Microsoft.ML;

/// <summary>Attaches the hybrid recommender components to <see cref="MLContext"/>.</summary>
public static class HybridContextExtensions
{
    extension(MLContext ml)
    {
        /// <summary>Hybrid recommenders: graph and text embeddings, fusion, ranking, evaluation and serving.</summary>
        /// <exception cref="ArgumentNullException">The context is null.</exception>
        public HybridCatalog Hybrid => new(ml);
    }
}
