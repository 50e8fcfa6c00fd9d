using HybridRec.MLNet.Text;

namespace HybridRec.MLNet;

/// <summary>
/// Turns a text into the token ids an encoder model was trained with, special tokens included. Read from the file that came with the model,
/// or given as a delegate. Safe for use by several threads when its delegate is.
/// </summary>
public abstract partial class TextTokenizer
{
    private protected TextTokenizer()
    {
    }

    /// <summary>Id that fills the shorter texts of a batch; masked out, so its value rarely matters.</summary>
    public abstract int PaddingId { get; }

    /// <summary>Where the tokenizer came from; null if it is a delegate, which cannot be saved in a model.</summary>
    internal abstract TokenizerSource? Source { get; }

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
}
