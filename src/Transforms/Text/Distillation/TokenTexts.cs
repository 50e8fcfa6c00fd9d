using System.Text;
using System.Text.Json;

namespace HybridRec.MLNet.Text;

/// <summary>The tokens of a vocabulary as texts that a teacher can encode.</summary>
internal static class TokenTexts
{
    /// <exception cref="NotSupportedException">The tokenizer's vocabulary cannot be listed.</exception>
    public static TokenizerSource Require(TextTokenizer tokenizer) =>
        tokenizer.Source is { Kind: TokenizerSource.Json or TokenizerSource.Vocabulary } source ? source
            : throw new NotSupportedException(
                "A static student needs a tokenizer whose vocabulary can be listed: read tokenizer.json or vocab.txt with " +
                "TextTokenizer.FromFile, not SentencePiece's .model and no delegate.");

    /// <summary>
    /// By token id; null for special tokens ([CLS], &lt;pad&gt;) and for what is blank without its marks, which no student needs.
    /// </summary>
    public static string?[] Of(TextTokenizer tokenizer)
    {
        var source = Require(tokenizer);
        if (source.Kind == TokenizerSource.Vocabulary)
            return [.. Encoding.UTF8.GetString(source.Bytes).TrimEnd('\n').Split('\n').Select(line => Text(line.TrimEnd('\r')))];
        using var document = JsonDocument.Parse(source.Bytes);
        var ids = TokenizerJsonModel.Vocabulary(document.RootElement.GetProperty("model"));
        string?[] texts = new string?[ids.Values.Max() + 1];
        foreach (var (token, id) in ids)
            texts[id] = Text(token);
        return texts;
    }

    /// <summary>
    /// Without the marks of a beginning or going on of a word: ## of WordPiece, U+2581 of SentencePiece, U+0120 of byte-level BPE.
    /// </summary>
    private static string? Text(string token)
    {
        if (token.Length > 2 && ((token[0] == '[' && token[^1] == ']') || (token[0] == '<' && token[^1] == '>')))
            return null;
        string text = (token.StartsWith("##", StringComparison.Ordinal) && token.Length > 2 ? token[2..] : token).Replace('\u2581', ' ')
            .Replace('\u0120', ' ').Trim();
        return text.Length == 0 ? null : text;
    }
}
