using HybridRec.MLNet.Compression;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>Encodes a text column with a language model or the lexical encoder (eq. 2 of the hybrid model, e_T = LLMEncoder(T)).</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Input and output columns
/// | Column | Type | Meaning |
/// | -- | -- | -- |
/// | input | Text | the text; blank or missing is allowed |
/// | in: ItemColumnName | Key | where it is given: the item, whose text is found where a row has none |
/// | in: User, Item | Key | with Tuning only; Label, Timestamp and Holdout where they are |
/// | output | Vector of Single, size = dimension of the encoder | its vector; all zero for a blank text |
/// | out: Holdout | Boolean | with Tuning only, and if there is none: rows of the fitted view that the encoder was not tuned on |
///
/// ### Characteristics
/// | | |
/// | -- | -- |
/// | Reads the data in Fit | once, the text column only; with Tuning three times, users and items too |
/// | Texts not seen at Fit | encoded by the saved encoder when met, then remembered (bounded) |
/// | Required package in the application | Microsoft.ML.OnnxRuntime, for ONNX models only |
/// | Exportable to ONNX | no |
///
/// Fit collects the distinct texts, encodes each once in batches of like length, and keeps the vectors by a 128 bit hash of the text.
/// A saved model holds vectors and encoder (see EncoderOptions.StoreModel), so that new items are encoded where it is loaded.
///
/// Papers: Reimers and Gurevych, Sentence-BERT (2019); Deerwester et al., Indexing by latent semantic analysis (1990).
/// ]]></format>
/// </remarks>
public sealed class LlmEmbeddingEstimator : IEstimator<LlmEmbeddingTransformer>
{
    private const string Stage = StageNames.LlmEmbedding;

    private readonly IHost _host;
    private readonly LlmEmbeddingOptions _options;
    private readonly int _seed;

    internal LlmEmbeddingEstimator(IHostEnvironment env, LlmEmbeddingOptions options)
    {
        _host = env.Register(Stage);
        // Drawn once, so that fitting again gives the same.
        _options = options with { Tuning = options.Tuning?.Seeded(_host) };
        _seed = _host.Seed(null);
    }

    /// <summary>The schema after this estimator: the input's with the vector column.</summary>
    /// <exception cref="ArgumentException">The text column is missing or no text.</exception>
    /// <inheritdoc cref="IEstimator{TTransformer}.GetOutputSchema"/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Shapes.Require(inputSchema, _options.InputColumnName, Stage, ColumnKinds.Text);
        if (_options.ItemColumnName is { } item)
            Shapes.Require(inputSchema, item, Stage, ColumnKinds.Key);
        if (_options.Tuning is { } tuning)
        {
            Shapes.Require(inputSchema, tuning.UserColumnName, Stage, ColumnKinds.Key);
            Shapes.Require(inputSchema, tuning.ItemColumnName, Stage, ColumnKinds.Key);
            InteractionColumns.CheckLabel(inputSchema, tuning.LabelColumnName, tuning.PositiveThreshold, Stage);
        }
        SchemaShape.Column[] added = [Shapes.Vector(_options.OutputColumnName)];
        if (_options.Tuning is { } tuned
            && tuned.AddsHoldout(Shapes.Optional(inputSchema, ColumnNames.Holdout, Stage, ColumnKinds.Boolean) is not null))
            added = [.. added, Shapes.Scalar(ColumnNames.Holdout, BooleanDataViewType.Instance)];
        return Shapes.Append(inputSchema, added);
    }

    /// <summary>Encodes the distinct texts of a view.</summary>
    /// <param name="input">The data; only the text column is read.</param>
    /// <returns>The transformer. It owns what it holds of the encoder: dispose it when done.</returns>
    /// <exception cref="ArgumentException">The text column is missing or no text, or an option does not suit the encoder.</exception>
    /// <exception cref="InvalidOperationException">The view has no rows, the encoder gave a vector that is not finite, or no layer can be
    /// INT8 within the budget.</exception>
    /// <exception cref="NotSupportedException">Nothing of the encoder's model can be INT8, which the options ask for.</exception>
    /// <exception cref="OperationCanceledException">The token of the options was canceled; the cache keeps what was encoded.</exception>
    public LlmEmbeddingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = SchemaColumns.Require(input.Schema, _options.InputColumnName, Stage, ColumnKinds.Text);
        DataViewSchema.Column? items = _options.ItemColumnName is { } name
            ? SchemaColumns.Require(input.Schema, name, Stage, ColumnKinds.Key)
            : null;
        Cancellation.ThrowIfRequested(_host, _options.CancellationToken);
        using var log = new TrainingLog(_host, Stage, _options.Progress);
        var texts = DistinctTexts.Read(input, column, _host, _options.CancellationToken);
        if (texts.RowCount == 0)
            throw new InvalidOperationException(
                $"{Stage}: the data has no rows, so there is no text to encode. Fit on a view with at least one row.");
        if (texts.Texts.Count == 0)
            log.Warning($"column '{_options.InputColumnName}' holds no text in {texts.RowCount} rows: all vectors are zero");
        var pairs = Pairs(input, log);
        using TextEncoder? tuned = Tune(pairs);
        TextEncoder encoder = tuned ?? _options.Encoder ?? TextEncoder.Lexical();
        FittedEncoder fitted = encoder.Fit(_host, _seed, texts.Texts, _options.MaxTokens, _options.Prompt, _options.CancellationToken);
        QuantizationReport? quantization = null;
        TableCompressionReport? compression = null;
        try
        {
            if (_options.Quantize == WeightPrecision.Int8)
                (fitted, quantization) = Quantize((OnnxEncoder)fitted, texts.Texts, log);
            if (_options.TableCompression is not null)
                (fitted, compression) = ((StaticEncoder)fitted).Compress(_options.TableCompression);
            if (compression is not null)
                log.Info($"'{fitted.Name}': {compression}");
            var run = new EncodingRun(fitted, encoder, _options, _host, log);
            var table = new EmbeddingTable(texts.Keys, run.Encode(texts), fitted.Dimension);
            log.Info($"{texts.Texts.Count} distinct texts of {texts.RowCount} rows by '{fitted.Name}', dimension {fitted.Dimension}, {run.FromCache} from the cache, {log.Elapsed.TotalSeconds:F1} s");
            KnownTexts? known = items is { } keys ? KnownTexts.Read(input, column, keys, _options.CancellationToken) : null;
            var serving = new LlmEmbeddingTransformer(
                _host, _options, fitted, table, pairs?.HeldOut is null ? null : TunedHoldout.Serving, known)
            {
                Quantization = quantization,
                TableCompression = compression
            };
            if (pairs?.HeldOut is { } heldOut)
                serving.UseForTraining(new TrainingMapping(
                    new LlmEmbeddingTransformer(
                        _host, _options, fitted, table,
                        new TunedHoldout(_options.Tuning!.UserColumnName, _options.Tuning.ItemColumnName, heldOut), known),
                    input, pairs.Rows));
            return serving;
        }
        catch
        {
            fitted.Dispose();
            throw;
        }
    }

    private (FittedEncoder Encoder, QuantizationReport Report) Quantize(OnnxEncoder encoder, IReadOnlyList<string> texts, TrainingLog log)
    {
        var (small, report) = EncoderQuantizer.Run(encoder, texts, _options.Quantization, _options.CancellationToken);
        encoder.Dispose();
        log.Info($"'{encoder.Name}' in {report}");
        return (small, report);
    }

    /// <summary>What the encoder is tuned on; null without tuning.</summary>
    private TextPairs? Pairs(IDataView input, TrainingLog log)
    {
        if (_options.Tuning is not { } tuning)
            return null;
        var pairs = TextPairs.Read(input, _options.InputColumnName, tuning, Stage, _options.CancellationToken, _host);
        log.Info($"tunes '{_options.Encoder!.Name}' on {pairs.Pairs.Count} pairs of {pairs.Texts.Count} texts");
        return pairs;
    }

    private TextEncoder? Tune(TextPairs? pairs) => pairs is null ? null : _options.Tuning!.Tune(_options.Encoder!, pairs,
        new TuningContext(_host, Stage, _options.MaxTokens, _options.Prompt, _options.Progress, _options.CancellationToken));
}
