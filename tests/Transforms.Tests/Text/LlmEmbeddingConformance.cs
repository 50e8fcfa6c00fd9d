using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Text;

public sealed class LlmEmbeddingConformance : TrainingConformance<LlmEmbeddingTransformer>
{
    protected override IEnumerable<string> RequiredColumns => ["ItemText"];

    protected override IEstimator<LlmEmbeddingTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.LlmEmbedding(new LlmEmbeddingOptions
        {
            Encoder = TextEncoder.Lexical(dimension: 16, seed: settings.Seed),
            CancellationToken = settings.Cancellation,
        });
}
