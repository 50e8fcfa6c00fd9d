using HybridRec.MLNet;

namespace Microsoft.ML;

public static partial class HybridTransformsCatalog
{
    /// <summary>Turns a text column into a vector column, e_T = Encoder(T): each distinct text is encoded once, at Fit.</summary>
    /// <param name="catalog">The catalog, <c>ml.Hybrid</c>.</param>
    /// <param name="outputColumnName">The column added: a vector of Single.</param>
    /// <param name="inputColumnName">The text column. <value>The default is null: as the output column.</value></param>
    /// <param name="encoder">The encoder. <value>The default is null: <see cref="TextEncoder.Lexical(int, int?)"/>, which is no
    /// language model.</value></param>
    /// <param name="quantize">Precision of an ONNX encoder's weights. <value>The default is <see cref="WeightPrecision.Single"/>: as the
    /// model has them.</value></param>
    /// <param name="tuning">Trains the encoder on the interactions first.
    /// <value>The default is null: the encoder stays as it is.</value></param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentException">A name is empty, or the encoder cannot be tuned so.</exception>
    /// <exception cref="NotSupportedException">INT8 weights are asked for, and the encoder has no ONNX model.</exception>
    public static LlmEmbeddingEstimator LlmEmbedding(
        this HybridCatalog catalog, string outputColumnName, string? inputColumnName = null, TextEncoder? encoder = null,
        WeightPrecision quantize = WeightPrecision.Single, EncoderTuning? tuning = null) => catalog.LlmEmbedding(new LlmEmbeddingOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName ?? outputColumnName,
            Encoder = encoder,
            Quantize = quantize,
            Tuning = tuning,
        });

    /// <inheritdoc cref="LlmEmbedding(HybridCatalog, string, string?, TextEncoder?, WeightPrecision, EncoderTuning?)"/>
    /// <param name="catalog">The catalog, <c>ml.Hybrid</c>.</param>
    /// <param name="options">Columns, encoder, cache, cancellation and progress.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static LlmEmbeddingEstimator LlmEmbedding(this HybridCatalog catalog, LlmEmbeddingOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new LlmEmbeddingEstimator(catalog.Context, options);
    }
}
