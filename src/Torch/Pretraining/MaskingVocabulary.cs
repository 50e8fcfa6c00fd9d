using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Torch;

/// <summary>What masking knows of a BERT vocabulary.</summary>
internal sealed class MaskingVocabulary
{
    private readonly HashSet<long> _special;
    private readonly long[] _words;

    /// <exception cref="NotSupportedException">The tokenizer is no BERT vocabulary.</exception>
    /// <exception cref="InvalidDataException">It lacks a token.</exception>
    public MaskingVocabulary(TextTokenizer tokenizer)
    {
        if (tokenizer.Source is not { Kind: TokenizerSource.Vocabulary } source)
            throw new NotSupportedException("Pre-training takes a BERT vocabulary; the tokenizer is " +
                $"{tokenizer.Source?.Kind ?? "given as code"}. Learn one by WordPieceTrainer, or read a vocab.txt by " +
                "TextTokenizer.FromFile.");
        var tokens = BertVocabulary.Tokens(source);
        var idOf = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; id < tokens.Count; id++)
            idOf.TryAdd(tokens[id], id);
        foreach (string token in BertVocabulary.SpecialTokens)
            if (!idOf.ContainsKey(token))
                throw new InvalidDataException($"The vocabulary of {tokens.Count} tokens lacks '{token}', which pre-training needs.");
        _special = [.. BertVocabulary.SpecialTokens.Select(token => (long)idOf[token])];
        _words = [.. Enumerable.Range(0, tokens.Count).Select(id => (long)id).Where(id => !_special.Contains(id))];
        if (_words.Length == 0)
            throw new InvalidDataException("The vocabulary has special tokens only: there is no word to hide.");
        (Begin, End, Mask) = (idOf[BertVocabulary.Begin], idOf[BertVocabulary.End], idOf[BertVocabulary.Mask]);
        Count = tokens.Count;
    }

    /// <summary>Tokens in all.</summary>
    public int Count { get; }

    public int Begin { get; }

    public int End { get; }

    public int Mask { get; }

    public bool IsSpecial(long id) => _special.Contains(id);

    public long RandomWord(ref Xoshiro256 random) => _words[random.NextInt32(_words.Length)];
}
