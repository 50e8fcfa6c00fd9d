using Microsoft.ML;

namespace HybridRec.MLNet;

/// <summary>
/// The entry point of the library, reached as <c>ml.Hybrid</c>: embeddings of the user-item graph and of text, fusion,
/// ranking, evaluation and serving. Every component adds its calls to this class as extension methods in namespace <c>Microsoft.ML</c>.
/// </summary>
/// <remarks>The catalog holds no state of its own; <c>ml.Hybrid</c> may be called as often as wanted.</remarks>
public sealed class HybridCatalog
{
    internal HybridCatalog(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Context = context;
        Data = new DataCatalog(context);
    }

    /// <summary>The context all components made through this catalog are registered with and log to.</summary>
    public MLContext Context { get; }

    /// <summary>Loaders and splits of interaction data.</summary>
    public DataCatalog Data { get; }
}
