using HybridRec.MLNet.Text;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of <see cref="WordPieceTrainer"/>.</summary>
public sealed record WordPieceTrainerOptions
{
    /// <summary>Tokens at most, the five special ones included. A small corpus gives fewer.</summary>
    /// <value>The default is 8000.</value>
    public int VocabularySize { get; init; } = 8000;

    /// <summary>A pair is merged only where it occurs this often, and so often a character occurs that gets a token.</summary>
    /// <value>The default is 2.</value>
    public int MinFrequency { get; init; } = 2;

    /// <summary>Characters that get a token, the most frequent first; words with others are unknown.</summary>
    /// <value>The default is 1000.</value>
    public int MaxCharacters { get; init; } = 1000;

    /// <summary>Lower-case and strip accents ("uncased"); the tokenizer has to do the same.</summary>
    /// <value>The default is true.</value>
    public bool Lowercase { get; init; } = true;

    /// <summary>Cancels between texts and between merges.</summary>
    /// <value>The default is none.</value>
    public CancellationToken CancellationToken { get; init; }

    internal void Validate()
    {
        var check = new OptionCheck("WordPieceTrainer");
        check.Between(VocabularySize, BertVocabulary.SpecialTokens.Count + 1, 1_000_000, nameof(VocabularySize));
        check.AtLeast(MinFrequency, 1, nameof(MinFrequency));
        check.AtLeast(MaxCharacters, 1, nameof(MaxCharacters));
    }
}
