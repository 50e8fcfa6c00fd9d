using HybridRec.MLNet.Accel;
using Microsoft.Extensions.AI;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>
/// Independent normal numbers for every text, drawn from its own seed: stands for an encoder whose vectors are only looked up. Encoding all
/// items takes a transformer minutes, and how long a look-up or a scan takes does not depend on what is in a vector.
/// </summary>
internal sealed class RandomVectors(int dimension) : IEmbeddingGenerator<string, Embedding<float>>
{
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(text => new Embedding<float>(Of(text)))));

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    private float[] Of(string text)
    {
        // FNV-1a: the same in every process, which string.GetHashCode is not.
        int seed = unchecked((int)2166136261);
        foreach (char c in text)
            seed = unchecked((seed ^ c) * 16777619);
        var random = Xoshiro256.Stream(seed);
        float[] vector = new float[dimension];
        foreach (ref float value in vector.AsSpan())
            value = (float)random.NextNormal();
        return vector;
    }
}
