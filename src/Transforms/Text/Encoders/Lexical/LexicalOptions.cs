using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of the lexical encoder, TF-IDF to truncated SVD (<see cref="TextEncoder.Lexical(LexicalOptions)"/>).</summary>
public sealed record LexicalOptions
{
    /// <summary>Length of a vector. Data with fewer distinct texts fill the first components; the rest is 0.</summary>
    /// <value>The default is 128.</value>
    public int Dimension { get; init; } = 128;

    /// <summary>Whether pairs of neighboring words are terms too ("science fiction").</summary>
    /// <value>The default is true.</value>
    public bool WordBigrams { get; init; } = true;

    /// <summary>A term must occur in this many distinct texts; where no term does, every term counts.</summary>
    /// <value>The default is 2.</value>
    public int MinDocumentFrequency { get; init; } = 2;

    /// <summary>A term may occur in this share of the distinct texts (0 to 1); ignored below 20 texts.</summary>
    /// <value>The default is 0.5.</value>
    public double MaxDocumentFrequency { get; init; } = 0.5;

    /// <summary>Whether frequent English words without meaning of their own (the, of, with) are left out.</summary>
    /// <value>The default is true.</value>
    public bool RemoveEnglishStopWords { get; init; } = true;

    /// <summary>Whether English plurals count as their singular (movies, movie; stories, story).</summary>
    /// <value>The default is true.</value>
    public bool FoldPlurals { get; init; } = true;

    /// <summary>
    /// Whether the mean of the texts' vectors is taken off every vector, so that what all texts share does not count; not below 20 texts.
    /// With mean text profiles of users this more than doubles NDCG@10 on MovieLens 1M descriptions.
    /// </summary>
    /// <value>The default is true.</value>
    public bool Center { get; init; } = true;

    /// <summary>Most terms kept, those of the most texts first.</summary>
    /// <value>The default is 50,000.</value>
    public int MaxTerms { get; init; } = 50_000;

    /// <summary>Rounds of subspace iteration of the randomized SVD; more are more exact.</summary>
    /// <value>The default is 4.</value>
    public int Iterations { get; init; } = 4;

    /// <summary>Seed of the randomized SVD: same seed and texts, same vectors.</summary>
    /// <value>The default is null: drawn from the context.</value>
    public int? Seed { get; init; }

    internal void Validate()
    {
        var check = new OptionCheck("Lexical");
        check.Between(Dimension, 1, 4096, nameof(Dimension));
        check.AtLeast(MinDocumentFrequency, 1, nameof(MinDocumentFrequency));
        check.Require(
            MaxDocumentFrequency is > 0 and <= 1, MaxDocumentFrequency, "a share of the texts, above 0 and at most 1",
            nameof(MaxDocumentFrequency));
        check.AtLeast(MaxTerms, 1, nameof(MaxTerms));
        check.AtLeast(Iterations, 0, nameof(Iterations));
    }
}
