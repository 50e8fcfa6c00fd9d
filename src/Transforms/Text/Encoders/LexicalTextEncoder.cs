namespace HybridRec.MLNet.Text;

internal sealed class LexicalTextEncoder(LexicalOptions options) : TextEncoder
{
    public override string Name => "lexical";

    public override int? Dimension => options.Dimension;

    internal override FittedEncoder? Ready => null;

    internal override FittedEncoder Fit(IReadOnlyList<string> texts, int? maxTokens, string? prompt, CancellationToken cancellationToken) =>
        maxTokens is null && prompt is null
            ? LexicalEncoder.Fit(texts, options, cancellationToken)
            : throw new ArgumentException("The lexical encoder has neither tokens nor prompts: leave MaxTokens and Prompt null, or give a language model as encoder.");
}
