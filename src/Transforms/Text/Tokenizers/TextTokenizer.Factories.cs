using HybridRec.MLNet.Text;

namespace HybridRec.MLNet;

// What makes tokenizers names the kinds of them, which the base type does not.
public abstract partial class TextTokenizer
{
    /// <summary>
    /// Reads a tokenizer file, told apart by name: <c>*.json</c> (Hugging Face tokenizers: WordPiece, BPE, Unigram), <c>*.txt</c> (a BERT
    /// vocabulary, one token a line) or <c>*.model</c> (SentencePiece).
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="lowercase">For a BERT vocabulary: lower-case and strip accents ("uncased").</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="NotSupportedException">It uses a component this library does not have; the message names it.</exception>
    public static TextTokenizer FromFile(string path, bool lowercase = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return TokenizerSource.FromFile(path, lowercase).Create();
    }

    /// <summary>The tokenizer of a BERT vocabulary, such as <see cref="WordPieceTrainer"/> learns.</summary>
    /// <param name="tokens">The token of each id: <c>[PAD]</c>, <c>[UNK]</c>, <c>[CLS]</c>, <c>[SEP]</c> and pieces of words, those inside
    /// of a word with <c>##</c> before them.</param>
    /// <param name="lowercase">Lower-case and strip accents ("uncased").</param>
    /// <exception cref="ArgumentException">A token is empty or has a line break.</exception>
    /// <exception cref="InvalidDataException">A special token is missing; the message names it.</exception>
    public static TextTokenizer FromVocabulary(IReadOnlyList<string> tokens, bool lowercase = true)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        for (int id = 0; id < tokens.Count; id++)
            if (string.IsNullOrEmpty(tokens[id]) || tokens[id].AsSpan().ContainsAny('\r', '\n'))
                throw new ArgumentException(
                    $"Token {id} of the vocabulary is empty or has a line break; each has to fill a line of vocab.txt.", nameof(tokens));
        return new TokenizerSource(TokenizerSource.Vocabulary, BertVocabulary.Write(tokens), lowercase).Create();
    }

    /// <summary>A tokenizer given as code. A model fitted with it keeps the vectors of the texts it saw, but not the encoder.</summary>
    /// <param name="encode">Ids of a text, special tokens included; called by several threads.</param>
    /// <param name="paddingId">See <see cref="PaddingId"/>.</param>
    public static TextTokenizer FromDelegate(Func<string, IReadOnlyList<int>> encode, int paddingId = 0)
    {
        ArgumentNullException.ThrowIfNull(encode);
        return new DelegateTokenizer(encode, paddingId);
    }
}
