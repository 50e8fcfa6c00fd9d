using Microsoft.Extensions.AI;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>A generator that counts: the vector of a text is (length, number of blanks, 1).</summary>
internal sealed class FakeGenerator(string? modelId = "fake-1", int? dimensions = null, Action<int>? onCall = null)
    : IEmbeddingGenerator<string, Embedding<float>>
{
    public List<string[]> Calls { get; } = [];

    public float[] Vector(string text) => [text.Length, text.Count(c => c == ' '), 1];

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string[] texts = [.. values];
        lock (Calls)
            Calls.Add(texts);
        onCall?.Invoke(Calls.Count);
        return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(texts.Select(t => new Embedding<float>(Vector(t)))));
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata("fake", null, modelId, dimensions) : null;

    public void Dispose()
    {
    }
}
