using System.Text.Json;
using static HybridRec.MLNet.Files.JsonFields;
using static HybridRec.MLNet.Text.TokenizerJsonFields;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Builds a tokenizer from tokenizer.json. Every component it does not have is refused by name: a tokenizer that is nearly right gives
/// vectors that are quietly wrong.
/// </summary>
internal static class TokenizerJsonReader
{
    public static TextTokenizer Read(TokenizerSource source)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(source.Bytes);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"tokenizer.json is damaged: {e.Message} Fetch the file again.", e);
        }
        using (document)
        {
            try
            {
                return Build(source, document.RootElement);
            }
            catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException
                or IndexOutOfRangeException)
            {
                throw new InvalidDataException($"tokenizer.json is damaged or of an unknown form: {e.Message} Fetch the file again.", e);
            }
        }
    }

    private static PipelineTokenizer Build(TokenizerSource source, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("model", out var modelElement))
            throw new InvalidDataException("tokenizer.json has no \"model\": it is not a file of Hugging Face tokenizers.");
        var vocabulary = TokenizerJsonModel.Vocabulary(modelElement);
        var normalizer = Present(root, "normalizer", out var n) ? TokenizerJsonNormalizers.Create(n) : null;
        var preTokenizer = Present(root, "pre_tokenizer", out var p) ? TokenizerJsonPreTokenizers.Create(p) : null;
        var added = new List<AddedToken>();
        if (Present(root, "added_tokens", out var tokens))
            foreach (var token in tokens.EnumerateArray())
                added.Add(new AddedToken(
                    Id(token.GetProperty("id")), token.GetProperty("content").GetString() ?? "", Flag(token, "single_word"),
                    Flag(token, "lstrip"), Flag(token, "rstrip"), Flag(token, "normalized")));
        int IdOf(string token) =>
            added.Find(a => a.Content == token)?.Id ?? (vocabulary.TryGetValue(token, out int id) ? id : -1);
        var special = Present(root, "post_processor", out var post) ? PostProcessors.Create(post, IdOf) : new SpecialTokens([], []);
        return new PipelineTokenizer(source, normalizer, preTokenizer, TokenizerJsonModel.Create(modelElement, vocabulary), special, added,
            Padding(root, IdOf));
    }

    private static int Padding(JsonElement root, Func<string, int> id)
    {
        if (Present(root, "padding", out var padding) && padding.TryGetProperty("pad_id", out var given))
            return Id(given);
        foreach (string name in (string[])["[PAD]", "<pad>", "<|endoftext|>"])
            if (id(name) is >= 0 and int found)
                return found;
        return 0;
    }
}
