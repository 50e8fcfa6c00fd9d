using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Text;

/// <summary>The lexical encoder before it has seen texts.</summary>
internal sealed class LexicalTextEncoder(LexicalOptions options) : TextEncoder
{
    public override string Name => "lexical";

    public override int? Dimension => options.Dimension;

    internal override FittedEncoder? Ready => null;

    internal override FittedEncoder Fit(IReadOnlyList<string> texts, int? maxTokens, string? prompt, CancellationToken cancellationToken) =>
        maxTokens is null && prompt is null
            ? LexicalEncoder.Fit(texts, options, cancellationToken)
            : throw new ArgumentException("The lexical encoder has neither tokens nor prompts: leave MaxTokens and Prompt null, or give " +
                "a language model as encoder.");

    internal override FittedEncoder Fit(
        IHost host, int seed, IReadOnlyList<string> texts, int? maxTokens, string? prompt, CancellationToken cancellationToken) =>
        new LexicalTextEncoder(options with { Seed = options.Seed ?? seed }).Fit(texts, maxTokens, prompt, cancellationToken);
}
