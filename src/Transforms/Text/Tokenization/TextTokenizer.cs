namespace HybridRec.MLNet;

/// <summary>
/// Turns a text into the token ids an encoder model was trained with, special tokens included. Read from the file that came with the model,
/// or given as a delegate. Safe for use by several threads when its delegate is.
/// </summary>
public abstract class TextTokenizer
{
    private protected TextTokenizer()
    {
    }

    /// <summary>Id that fills the shorter texts of a batch; masked out, so its value rarely matters.</summary>
    public abstract int PaddingId { get; }

    /// <summary>Where the tokenizer came from; null if it is a delegate, which cannot be saved in a model.</summary>
    internal abstract Text.TokenizerSource? Source { get; }

    /// <summary>Token ids of a text with the special tokens of the model.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxTokens">Limit including special tokens; text beyond it is cut off.</param>
    /// <returns>At most <paramref name="maxTokens"/> ids.</returns>
    public int[] Encode(string text, int maxTokens = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        return EncodeCore(text, maxTokens, specialTokens: true);
    }

    internal abstract int[] EncodeCore(string text, int maxTokens, bool specialTokens);

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
        return Text.TokenizerSource.FromFile(path, lowercase).Create();
    }

    /// <summary>The tokenizer of a BERT vocabulary, such as <see cref="WordPieceTrainer"/> learns.</summary>
    /// <param name="tokens">The token of each id: <c>[PAD]</c>, <c>[UNK]</c>, <c>[CLS]</c>, <c>[SEP]</c> and pieces of words, those inside of a word with <c>##</c> before them.</param>
    /// <param name="lowercase">Lower-case and strip accents ("uncased").</param>
    /// <exception cref="ArgumentException">A token is empty or has a line break.</exception>
    /// <exception cref="InvalidDataException">A special token is missing; the message names it.</exception>
    public static TextTokenizer FromVocabulary(IReadOnlyList<string> tokens, bool lowercase = true)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        for (int id = 0; id < tokens.Count; id++)
            if (string.IsNullOrEmpty(tokens[id]) || tokens[id].AsSpan().ContainsAny('\r', '\n'))
                throw new ArgumentException($"Token {id} of the vocabulary is empty or has a line break; each has to fill a line of vocab.txt.", nameof(tokens));
        return new Text.TokenizerSource(Text.TokenizerSource.Vocabulary, Text.BertVocabulary.Write(tokens), lowercase).Create();
    }

    /// <summary>A tokenizer given as code. A model fitted with it keeps the vectors of the texts it saw, but not the encoder.</summary>
    /// <param name="encode">Ids of a text, special tokens included; called by several threads.</param>
    /// <param name="paddingId">See <see cref="PaddingId"/>.</param>
    public static TextTokenizer FromDelegate(Func<string, IReadOnlyList<int>> encode, int paddingId = 0)
    {
        ArgumentNullException.ThrowIfNull(encode);
        return new Text.DelegateTokenizer(encode, paddingId);
    }
}
