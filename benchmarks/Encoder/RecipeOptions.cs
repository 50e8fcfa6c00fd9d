namespace HybridRec.MLNet.EncoderRecipe;

/// <summary>What the recipe is run with. The defaults made the encoder that ships.</summary>
internal sealed record RecipeOptions
{
    /// <summary>The folder of data sets.</summary>
    public required string Data { get; init; }

    /// <summary>Where the encoder's folder is written.</summary>
    public required string Out { get; init; }

    /// <summary>
    /// Folder of what is made on the way: a step whose result is there is not run again, one that was broken
    /// off goes on from its checkpoint.
    /// </summary>
    public required string Work { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>Threads of libtorch; another number gives other roundings.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Factor of the amount of training in each phase.</summary>
    public double Effort { get; init; } = 1;

    public int Vocabulary { get; init; } = 8000;

    public int Dimension { get; init; } = 256;

    public int Layers { get; init; } = 2;

    public int Intermediate { get; init; } = 512;

    public int MaxTokens { get; init; } = 128;

    /// <summary>Pairs or sequences of a phase.</summary>
    public int Amount(int full) => Math.Max(64, (int)(full * Effort));
}
