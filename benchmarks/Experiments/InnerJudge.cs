using Microsoft.ML;

namespace HybridRec.MLNet.Experiments;

/// <summary>What models and their options are chosen by: NDCG@20 on rows held out from the training rows.</summary>
internal static class InnerJudge
{
    /// <summary>NDCG@20 of a model fitted on the training rows of an inner split, over the rows it holds out.</summary>
    /// <param name="ml">Context.</param>
    /// <param name="fitted">The model, from raw rows to Score.</param>
    /// <param name="inner">The data with the inner split as theirs.</param>
    public static double Ndcg(MLContext ml, ITransformer fitted, ExperimentData inner)
    {
        var options = new TopKOptions
        {
            K = [20],
            RelevanceThreshold = inner.RelevanceThreshold,
            Items = inner.Items,
            BootstrapSamples = 0,
            Baselines = false
        };
        return ml.Hybrid.EvaluateTopK(fitted, inner.Split, options)[TopKMetric.Ndcg, 20].Value;
    }
}
