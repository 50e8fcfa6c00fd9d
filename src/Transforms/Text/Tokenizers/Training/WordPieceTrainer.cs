using HybridRec.MLNet.Text;

namespace HybridRec.MLNet;

/// <summary>
/// Learns a BERT vocabulary from texts: words are cut as BERT cuts them, then the most frequent pair of neighboring pieces becomes a piece
/// of its own until the vocabulary is full (byte-pair merges, the way the WordPiece trainer of Hugging Face learns; greedy longest match,
/// as WordPiece encodes, runs on the result).
/// </summary>
/// <remarks>
/// Deterministic: pairs of one frequency are merged in the ordinal order of their pieces. The first ids are
/// <c>[PAD] [UNK] [CLS] [SEP] [MASK]</c>, then come the characters, then the merges in their order. Papers: Schuster and Nakajima,
/// "Japanese and Korean voice search", ICASSP 2012 (WordPiece); Sennrich et al., "Neural machine translation of rare words
/// with subword units", ACL 2016.
/// </remarks>
public static class WordPieceTrainer
{
    /// <summary>Learns a vocabulary.</summary>
    /// <param name="texts">The corpus, read once.</param>
    /// <param name="options">Its size and the rest. <value>The default is null: the defaults.</value></param>
    /// <returns>
    /// One token an id; <see cref="TextTokenizer.FromVocabulary"/> makes the tokenizer, and one token a line is a <c>vocab.txt</c>.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">The texts hold no word.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static IReadOnlyList<string> Train(IEnumerable<string> texts, WordPieceTrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new WordPieceTrainerOptions();
        options.Validate();
        var words = CorpusWords.Count(texts, options);
        if (words.Count == 0)
            throw new ArgumentException(
                "The texts hold no word, so that there is no vocabulary to learn. Give texts that are not blank.", nameof(texts));
        return new PieceMerges(words, options).Run();
    }
}
