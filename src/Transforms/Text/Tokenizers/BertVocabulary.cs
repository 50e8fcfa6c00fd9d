using System.Text;

namespace HybridRec.MLNet.Text;

/// <summary>The tokenizer of a BERT vocabulary file: basic tokenizer, WordPiece, [CLS] text [SEP].</summary>
internal static class BertVocabulary
{
    public const int LongestWord = 100;

    public const string Padding = "[PAD]", Unknown = "[UNK]", Begin = "[CLS]", End = "[SEP]", Mask = "[MASK]";

    /// <summary>The tokens that are no part of a word.</summary>
    public static IReadOnlyList<string> SpecialTokens { get; } = [Padding, Unknown, Begin, End, Mask];

    /// <summary>The file of a vocabulary.</summary>
    public static byte[] Write(IEnumerable<string> tokens) => Encoding.UTF8.GetBytes(string.Concat(tokens.Select(token => token + "\n")));

    /// <summary>The tokens of the file, in order of their ids.</summary>
    public static List<string> Tokens(TokenizerSource source) =>
        [.. Encoding.UTF8.GetString(source.Bytes).TrimEnd('\n').Split('\n').Select(line => line.TrimEnd('\r'))];

    public static TextTokenizer Create(TokenizerSource source)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var tokens = Tokens(source);
        for (int id = 0; id < tokens.Count; id++)
            ids.TryAdd(tokens[id], id);
        int Id(string token) => ids.TryGetValue(token, out int id) ? id : throw new InvalidDataException(
            $"The vocabulary of {tokens.Count} lines lacks the token '{token}': it is no BERT vocabulary (one token a line, {token} " +
            "among them).");
        (int begin, int end) = (Id(Begin), Id(End));
        int unknown = Id(Unknown);
        AddedToken[] added = [.. SpecialTokens.Where(ids.ContainsKey)
            .Select(t => new AddedToken(ids[t], t, SingleWord: false, TrimLeft: false, TrimRight: false, Normalized: false))];
        return new PipelineTokenizer(source,
            new BertNormalizer(cleanText: true, handleChineseCharacters: true, stripAccents: source.Lowercase, lowercase: source.Lowercase),
            new BertPreTokenizer(), new WordPieceModel(tokens, tokens[unknown], "##", LongestWord), new SpecialTokens([begin], [end]),
            added, ids.GetValueOrDefault(Padding));
    }
}
