using System.Text;

namespace HybridRec.MLNet.Text;

/// <summary>The tokenizer of a BERT vocabulary file: basic tokenizer, WordPiece, [CLS] text [SEP].</summary>
internal static class BertVocabulary
{
    const int LongestWord = 100;

    public static TextTokenizer Create(TokenizerSource source)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var tokens = new List<string>();
        foreach (string line in Encoding.UTF8.GetString(source.Bytes).TrimEnd('\n').Split('\n'))
        {
            string token = line.TrimEnd('\r');
            ids.TryAdd(token, tokens.Count);
            tokens.Add(token);
        }
        int Id(string token) => ids.TryGetValue(token, out int id) ? id : throw new InvalidDataException(
            $"The vocabulary of {tokens.Count} lines lacks the token '{token}': it is no BERT vocabulary (one token a line, {token} among them).");
        (int begin, int end) = (Id("[CLS]"), Id("[SEP]"));
        int unknown = Id("[UNK]");
        AddedToken[] added = [.. ((string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]).Where(ids.ContainsKey)
            .Select(t => new AddedToken(ids[t], t, SingleWord: false, TrimLeft: false, TrimRight: false, Normalized: false))];
        return new PipelineTokenizer(source,
            new BertNormalizer(cleanText: true, handleChineseCharacters: true, stripAccents: source.Lowercase, lowercase: source.Lowercase),
            new BertPreTokenizer(), new WordPieceModel(tokens, tokens[unknown], "##", LongestWord), new SpecialTokens([begin], [end]), added,
            ids.GetValueOrDefault("[PAD]"));
    }
}
