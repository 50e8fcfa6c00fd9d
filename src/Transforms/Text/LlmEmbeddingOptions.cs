namespace HybridRec.MLNet;

/// <summary>Options of <see cref="LlmEmbeddingEstimator"/>.</summary>
public sealed record LlmEmbeddingOptions
{
    internal const int DefaultBatchSize = 32;

    /// <summary>The column added: a vector of Single.</summary>
    /// <value>Default <c>ItemMeaning</c>.</value>
    public string OutputColumnName { get; init; } = "ItemMeaning";

    /// <summary>The text column read.</summary>
    /// <value>Default <c>ItemText</c>.</value>
    public string InputColumnName { get; init; } = "ItemText";

    /// <summary>What encodes the texts.</summary>
    /// <value>Default null: <see cref="TextEncoder.Lexical(int, int)"/> with 128 dimensions, which is no language model.</value>
    public TextEncoder? Encoder { get; init; }

    /// <summary>Trains the encoder on the interactions of the view before it encodes: <c>LoraTuning</c> of HybridRec.MLNet.Torch, for a <c>TorchEncoder</c>.</summary>
    /// <value>Default null: the encoder stays as it is.</value>
    public EncoderTuning? Tuning { get; init; }

    /// <summary>Texts in one run of the model or one call of the generator.</summary>
    /// <value>Default 32.</value>
    public int BatchSize { get; init; } = DefaultBatchSize;

    /// <summary>Longest text in tokens, special tokens included; the rest is cut off.</summary>
    /// <value>Default null: as the encoder says.</value>
    public int? MaxTokens { get; init; }

    /// <summary>Text put before every text; blank texts stay blank.</summary>
    /// <value>Default null: as the encoder says.</value>
    public string? Prompt { get; init; }

    /// <summary>
    /// A folder where vectors are kept between runs, keyed by the text's hash and the model's (with tokenizer, pooling, prompt and length).
    /// What was encoded before a fit failed or was cancelled is kept too. Not used for encoders that cost next to nothing (lexical, static).
    /// </summary>
    /// <value>Default null: none.</value>
    public string? CachePath { get; init; }

    /// <summary>Vectors kept in memory of texts not seen at Fit; the oldest leaves first. 0 keeps none.</summary>
    /// <value>Default 10,000.</value>
    public int RecentTexts { get; init; } = 10_000;

    /// <summary>Cancels Fit between batches.</summary>
    /// <value>Default none.</value>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Told after each part of the texts: Epoch of Epochs parts are encoded. There is no loss (0).</summary>
    /// <value>Default null.</value>
    public IProgress<TrainingProgress>? Progress { get; init; }

    internal LlmEmbeddingOptions Checked()
    {
        ArgumentException.ThrowIfNullOrEmpty(OutputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(InputColumnName);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(RecentTexts);
        if (MaxTokens is { } limit)
            ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, nameof(MaxTokens));
        Tuning?.Check(Encoder);
        return this;
    }
}
