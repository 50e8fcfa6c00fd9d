using Microsoft.Extensions.AI;

namespace HybridRec.MLNet.Text;

/// <summary>An encoder that is learned from a teacher when a pipeline is fitted: a static token table.</summary>
internal sealed class DistilledTextEncoder : TextEncoder
{
    private readonly IEmbeddingGenerator<string, Embedding<float>> _teacher;
    private readonly TextTokenizer _tokenizer;
    private readonly StaticDistillationOptions _options;

    public DistilledTextEncoder(
        IEmbeddingGenerator<string, Embedding<float>> teacher, TextTokenizer tokenizer, StaticDistillationOptions options)
    {
        options.Validate();
        (_teacher, _tokenizer, _options) = (teacher, tokenizer, options);
        TokenTexts.Require(tokenizer);
        var metadata = teacher.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata;
        Name = (metadata?.DefaultModelId ?? metadata?.ProviderName ?? teacher.GetType().Name) + "-static";
    }

    public override string Name { get; }

    /// <inheritdoc/>
    public override int? Dimension => null;

    internal override FittedEncoder? Ready => null;

    internal override bool IsStatic => true;

    internal override FittedEncoder Fit(IReadOnlyList<string> texts, int? maxTokens, string? prompt, CancellationToken cancellationToken) =>
        prompt is null
            ? new StaticDistillation(_teacher, _tokenizer, _options, cancellationToken).Run(Name, texts, maxTokens ?? int.MaxValue)
            : throw new ArgumentException("A prompt belongs to the teacher, not to its static student: leave Prompt null, or give a " +
                "teacher that puts it before every text.");
}
