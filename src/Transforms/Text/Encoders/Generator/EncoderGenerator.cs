using Microsoft.Extensions.AI;

namespace HybridRec.MLNet.Text;

/// <summary>An encoder of this library as a generator of Microsoft.Extensions.AI.</summary>
internal sealed class EncoderGenerator(string name, int dimension, Action<IReadOnlyList<string>, Memory<float>, CancellationToken> encode)
    : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata _metadata = new("HybridRec.MLNet", providerUri: null, name, dimension);

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.Dimensions is { } wanted && wanted != dimension)
            throw new NotSupportedException($"The encoder '{name}' gives {dimension} dimensions, not {wanted}.");
        string[] texts = [.. values];
        int[] asked = [.. Enumerable.Range(0, texts.Length).Where(i => !TextKey.IsBlank(texts[i]))];
        float[] rows = new float[asked.Length * dimension];
        await Task.Run(() => encode([.. asked.Select(i => texts[i])], rows, cancellationToken), cancellationToken).ConfigureAwait(false);
        var vectors = new ReadOnlyMemory<float>[texts.Length];
        Array.Fill(vectors, new float[dimension]);
        for (int i = 0; i < asked.Length; i++)
            vectors[asked[i]] = rows.AsMemory(i * dimension, dimension);
        var now = DateTimeOffset.UtcNow;
        return [.. vectors.Select(v => new Embedding<float>(v) { ModelId = name, CreatedAt = now })];
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        return serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata : serviceType.IsInstanceOfType(this) ? this : null;
    }

    public void Dispose()
    {
        // The encoder belongs to whoever made it.
    }
}
