using Microsoft.Extensions.AI;

namespace HybridRec.MLNet.Text;

internal sealed class GeneratorTextEncoder : TextEncoder
{
    private readonly IEmbeddingGenerator<string, Embedding<float>> _generator;
    private readonly Lock _gate = new();
    private int? _dimension;
    private (string Text, ReadOnlyMemory<float> Vector)? _first;

    public GeneratorTextEncoder(IEmbeddingGenerator<string, Embedding<float>> generator, string? modelId, int? dimension)
    {
        _generator = generator;
        var metadata = generator.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata;
        ModelId = modelId ?? metadata?.DefaultModelId;
        Name = ModelId ?? metadata?.ProviderName ?? generator.GetType().Name;
        _dimension = dimension ?? metadata?.DefaultModelDimensions;
    }

    public override string Name { get; }

    public override int? Dimension => _dimension;

    /// <summary>Null if nothing says which model the generator uses: then its vectors must not be kept on disk.</summary>
    public string? ModelId { get; }

    internal override FittedEncoder? Ready => Create("probe", "", CancellationToken.None);

    internal override FittedEncoder Fit(IReadOnlyList<string> texts, int? maxTokens, string? prompt, CancellationToken cancellationToken)
    {
        if (maxTokens is not null)
            throw new ArgumentException("A generator cuts texts by itself: leave MaxTokens null.");
        if (texts.Count == 0 && _dimension is null)
            throw new InvalidOperationException(
                $"All texts are blank and the generator '{Name}' does not say the length of its vectors: set the dimension of " +
                "TextEncoder.FromGenerator.");
        return Create(texts.Count == 0 ? "" : texts[0], prompt ?? "", cancellationToken);
    }

    private GeneratorEncoder Create(string text, string prompt, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_dimension is null)
            {
                // The one call a generator without metadata needs; its vector is used, not asked for again.
                var vector = GeneratorEncoder.Generate(_generator, [prompt + text], cancellationToken)[0];
                (_dimension, _first) = (vector.Length, (prompt + text, vector));
            }
            return new GeneratorEncoder(_generator, Name, _dimension.Value, prompt, _first);
        }
    }
}
