using System.Text;

namespace HybridRec.MLNet.Text;

/// <summary>The words of a corpus, cut as the tokenizer of a BERT vocabulary cuts them.</summary>
internal static class CorpusWords
{
    /// <summary>
    /// How often each word occurs, in ordinal order of the words; those longer than <see cref="BertVocabulary.LongestWord"/>, which the
    /// tokenizer does not know, are left out.
    /// </summary>
    public static SortedDictionary<string, long> Count(IEnumerable<string> texts, WordPieceTrainerOptions options)
    {
        var normalizer = new BertNormalizer(
            cleanText: true, handleChineseCharacters: true, stripAccents: options.Lowercase, lowercase: options.Lowercase);
        var cutter = new BertPreTokenizer();
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var words = new List<string>();
        foreach (string text in texts)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            words.Clear();
            cutter.Split(normalizer.Normalize(text ?? ""), words);
            foreach (string word in words)
                if (word.Length is > 0 and <= BertVocabulary.LongestWord)
                    counts[word] = counts.GetValueOrDefault(word) + 1;
        }
        return counts;
    }

    /// <summary>The characters of a word; a pair of surrogates is one.</summary>
    public static IEnumerable<string> Characters(string word) => word.EnumerateRunes().Select((Rune rune) => rune.ToString());
}
