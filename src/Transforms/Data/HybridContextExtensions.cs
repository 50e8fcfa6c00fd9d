using HybridRec.MLNet;

namespace Microsoft.ML;

/// <summary>The transforms on <c>ml.Hybrid</c>, and <c>ml.Hybrid</c> itself.</summary>
public static partial class HybridTransformsCatalog
{
    extension(MLContext ml)
    {
        /// <summary>Hybrid recommenders: graph and text embeddings, fusion, ranking, evaluation and serving.</summary>
        /// <exception cref="ArgumentNullException">The context is null.</exception>
        public HybridCatalog Hybrid => new(ml);
    }
}
