using Microsoft.ML;

namespace HybridRec.MLNet;

/// <summary>Loaders and splits of interaction data, reached as <c>ml.Hybrid.Data</c>.</summary>
public sealed class DataCatalog
{
    internal DataCatalog(MLContext context) => Context = context;

    /// <summary>The context that made this catalogue.</summary>
    public MLContext Context { get; }
}
