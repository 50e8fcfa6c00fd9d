using Microsoft.ML;

namespace HybridRec.MLNet.Hosting;

/// <summary>The plain transformers of a model. Chains nest: a loaded model, a chain appended to a chain.</summary>
internal static class ChainStages
{
    /// <summary>The transformers that are no chains, in their order.</summary>
    public static IEnumerable<ITransformer> Of(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Of) : [model];
}
