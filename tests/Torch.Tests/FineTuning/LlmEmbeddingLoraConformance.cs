using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Torch;

public sealed class LlmEmbeddingLoraConformance : TrainingConformance<LlmEmbeddingTransformer>, IDisposable
{
    private readonly TemporaryFolder _folder = TinyBert.Folder();
    private readonly TorchEncoder _encoder;

    public LlmEmbeddingLoraConformance() => _encoder = TorchEncoder.FromFolder(_folder.Path);

    protected override IEnumerable<string> RequiredColumns => ["ItemText"];

    protected override IEstimator<LlmEmbeddingTransformer> Estimator(MLContext ml, ConformanceSettings settings) =>
        ml.Hybrid.LlmEmbedding(new LlmEmbeddingOptions
        {
            Encoder = _encoder,
            Tuning = new LoraTuning { Training = new() { Epochs = 1, BatchSize = 16, Seed = settings.Seed, LearningRate = 0.01 } },
            CancellationToken = settings.Cancellation,
        });

    public void Dispose()
    {
        _encoder.Dispose();
        _folder.Dispose();
    }
}
