using HybridRec.MLNet.Text;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of <see cref="LlmEmbeddingEstimator"/>.</summary>
public sealed record LlmEmbeddingOptions
{
    /// <summary>The column added: a vector of Single.</summary>
    /// <value>The default is <c>ItemMeaning</c>.</value>
    public string OutputColumnName { get; init; } = "ItemMeaning";

    /// <summary>The text column read.</summary>
    /// <value>The default is <c>ItemText</c>.</value>
    public string InputColumnName { get; init; } = "ItemText";

    /// <summary>
    /// The item key column: a row without text has the vector of the text that its item had at Fit, so that prediction needs no text of
    /// known items. The model keeps 16 bytes an item for it.
    /// </summary>
    /// <value>The default is null: a row without text has the zero vector.</value>
    public string? ItemColumnName { get; init; }

    /// <summary>What encodes the texts.</summary>
    /// <value>The default is null: <see cref="TextEncoder.Lexical(int, int?)"/> with 128 dimensions, which is no language model.</value>
    public TextEncoder? Encoder { get; init; }

    /// <summary>
    /// Trains the encoder on the interactions of the view before it encodes: <c>LoraTuning</c> of
    /// HybridRec.MLNet.Torch, for a <c>TorchEncoder</c>.
    /// </summary>
    /// <value>The default is null: the encoder stays as it is.</value>
    public EncoderTuning? Tuning { get; init; }

    /// <summary>Texts in one run of the model or one call of the generator.</summary>
    /// <value>The default is 32.</value>
    public int BatchSize { get; init; } = FittedEncoder.DefaultBatchSize;

    /// <summary>Longest text in tokens, special tokens included; the rest is cut off.</summary>
    /// <value>The default is null: as the encoder says.</value>
    public int? MaxTokens { get; init; }

    /// <summary>Text put before every text; blank texts stay blank.</summary>
    /// <value>The default is null: as the encoder says.</value>
    public string? Prompt { get; init; }

    /// <summary>
    /// Precision of the weights of an ONNX encoder: <see cref="WeightPrecision.Int8"/> rewrites the model at Fit, within the budget of
    /// <see cref="Quantization"/> on the texts of the column; size, error and speed before and after are logged and stand in
    /// <see cref="LlmEmbeddingTransformer.Quantization"/>. A saved model holds the INT8 model alone.
    /// </summary>
    /// <value>The default is <see cref="WeightPrecision.Single"/>: as the model has them.</value>
    public WeightPrecision Quantize { get; init; } = WeightPrecision.Single;

    /// <summary>Budget and kind of <see cref="Quantize"/>.</summary>
    /// <value>The default is dynamic scaling, 7 bits, an error of at most 0.01.</value>
    public QuantizationOptions Quantization { get; init; } = new();

    /// <summary>
    /// Makes the token table of a static encoder (model2vec, <see cref="TextEncoder.Distilled"/>) small in a saved model;
    /// what it rounds is rounded at Fit.
    /// </summary>
    /// <value>The default is null: the table is saved as it is.</value>
    public TableCompressionOptions? TableCompression { get; init; }

    /// <summary>
    /// A folder where vectors are kept between runs, keyed by the text's hash and the model's (with tokenizer, pooling, prompt and length).
    /// What was encoded before a fit failed or was canceled is kept too. Not used for encoders that cost next to nothing (lexical, static).
    /// </summary>
    /// <value>The default is null: none.</value>
    public string? CachePath { get; init; }

    /// <summary>Vectors kept in memory of texts not seen at Fit; the oldest leaves first. 0 keeps none.</summary>
    /// <value>The default is 10,000.</value>
    public int RecentTexts { get; init; } = 10_000;

    /// <summary>Cancels Fit between batches.</summary>
    /// <value>The default is none.</value>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Told after each part of the texts: Epoch of Epochs parts are encoded. There is no loss (0).</summary>
    /// <value>The default is null.</value>
    public IProgress<TrainingProgress>? Progress { get; init; }

    internal void Validate()
    {
        var check = new OptionCheck(StageNames.LlmEmbedding);
        check.Named(OutputColumnName, nameof(OutputColumnName));
        check.Named(InputColumnName, nameof(InputColumnName));
        check.Require(ItemColumnName is not { Length: 0 }, "empty", "a name, or null for none", nameof(ItemColumnName));
        check.AtLeast(BatchSize, 1, nameof(BatchSize));
        check.AtLeast(RecentTexts, 0, nameof(RecentTexts));
        check.AtLeast(MaxTokens, 1, nameof(MaxTokens));
        check.Defined(Quantize, nameof(Quantize));
        ArgumentNullException.ThrowIfNull(Quantization);
        Quantization.Validate();
        TableCompression?.Validate();
        TextEncoder encoder = Encoder ?? TextEncoder.Lexical();
        if (Quantize == WeightPrecision.Int8 && !encoder.RequireOnnx().IsSaved)
            throw new ArgumentException(
                "A tokenizer given as code is not saved, and neither would be the INT8 model: read the tokenizer from its file, or give " +
                "TextEncoder.Quantize(...) as the encoder.", nameof(Encoder));
        if (TableCompression is not null)
            encoder.RequireStatic();
        Tuning?.Validate(Encoder);
    }
}
