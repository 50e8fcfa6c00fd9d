using System.Text.Json;
using static HybridRec.MLNet.Files.JsonFields;
using static HybridRec.MLNet.Text.TokenizerJsonFields;

namespace HybridRec.MLNet.Text;

/// <summary>The "model" of tokenizer.json.</summary>
internal static class TokenizerJsonModel
{
    private const int MaxWord = 10_000;

    public static IReadOnlyDictionary<string, int> Vocabulary(JsonElement model)
    {
        var result = new Dictionary<string, int>(StringComparer.Ordinal);
        var vocabulary = model.GetProperty("vocab");
        if (vocabulary.ValueKind == JsonValueKind.Array)
        {
            int id = 0;
            foreach (var piece in vocabulary.EnumerateArray())
                result.TryAdd(piece[0].GetString()!, id++);
        }
        else
            foreach (var token in vocabulary.EnumerateObject())
                result[token.Name] = Id(token.Value);
        if (result.Count == 0)
            throw new InvalidDataException("tokenizer.json is damaged: its vocabulary is empty.");
        // Ids index tables: holes are allowed, but one id must not make a table of gigabytes.
        int last = result.Values.Max();
        return last <= 4L * result.Count + 100_000 ? result
            : throw new InvalidDataException($"tokenizer.json is damaged: one of its {result.Count} tokens has the id {last}.");
    }

    public static ITokenModel Create(JsonElement model, IReadOnlyDictionary<string, int> vocabulary)
    {
        // Old files leave the type out: WordPiece has a prefix, BPE merges, Unigram a list.
        string type = Name(model, "type") ?? (model.TryGetProperty("merges", out _) ? "BPE"
            : model.GetProperty("vocab").ValueKind == JsonValueKind.Array ? "Unigram" : "WordPiece");
        return type switch
        {
            "WordPiece" => WordPiece(model, vocabulary),
            "BPE" => Bpe(model, vocabulary),
            "Unigram" => Unigram(model),
            _ => throw Refused("model", type, "WordPiece, BPE, Unigram"),
        };
    }

    private static WordPieceModel WordPiece(JsonElement model, IReadOnlyDictionary<string, int> vocabulary)
    {
        string unknown = Name(model, "unk_token") ?? "[UNK]";
        if (!vocabulary.ContainsKey(unknown))
            throw new InvalidDataException($"tokenizer.json is damaged: its unknown token '{unknown}' is not in the vocabulary.");
        string[] tokens = new string[vocabulary.Values.Max() + 1];
        foreach (var (token, id) in vocabulary)
            tokens[id] = token;
        for (int id = 0; id < tokens.Length; id++)
            tokens[id] ??= $"\u0001unused{id}"; // ids must stay what they are; no text holds this token
        int longest = Present(model, "max_input_chars_per_word", out var limit) ? limit.GetInt32() : 100;
        string prefix = Name(model, "continuing_subword_prefix") ?? "##";
        // So much is put on the stack for a word: without a limit a file could end the process.
        if (longest is < 1 or > MaxWord || prefix.Length > MaxWord)
            throw new InvalidDataException($"tokenizer.json is damaged: max_input_chars_per_word is {longest} and the prefix '{prefix}'; " +
                $"1 to {MaxWord} characters are allowed.");
        return new WordPieceModel(tokens, unknown, prefix, longest);
    }

    private static BpeModel Bpe(JsonElement model, IReadOnlyDictionary<string, int> vocabulary)
    {
        if (Present(model, "dropout", out var dropout) && dropout.GetDouble() > 0)
            throw Refused("model option", "dropout > 0", "BPE without dropout");
        if (Flag(model, "byte_fallback"))
            throw Refused("model option", "byte_fallback", "byte-level BPE (GPT-2, RoBERTa) and Unigram with byte_fallback");
        var merges = new List<string>();
        foreach (var merge in model.GetProperty("merges").EnumerateArray())
            merges.Add(merge.ValueKind == JsonValueKind.String ? merge.GetString()! : $"{merge[0].GetString()} {merge[1].GetString()}");
        return new BpeModel(vocabulary, merges, Name(model, "unk_token"), Flag(model, "fuse_unk"),
            NullIfEmpty(Name(model, "continuing_subword_prefix")), NullIfEmpty(Name(model, "end_of_word_suffix")),
            Flag(model, "ignore_merges"));
    }

    private static UnigramModel Unigram(JsonElement model)
    {
        var pieces = new List<(string, double)>();
        foreach (var piece in model.GetProperty("vocab").EnumerateArray())
            pieces.Add((piece[0].GetString()!, piece[1].GetDouble()));
        if (!Present(model, "unk_id", out var unknown) || unknown.GetInt32() < 0 || unknown.GetInt32() >= pieces.Count)
            throw new InvalidDataException($"tokenizer.json is damaged: Unigram needs an unk_id between 0 and {pieces.Count - 1}.");
        return new UnigramModel(pieces, unknown.GetInt32(), Flag(model, "byte_fallback"));
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
