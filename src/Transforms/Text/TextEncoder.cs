using HybridRec.MLNet.Text;
using Microsoft.Extensions.AI;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>
/// What turns a text into a vector, e_T = Encoder(T): a language model read from a sentence-transformers folder or an ONNX file, any
/// embedding generator of Microsoft.Extensions.AI, or the lexical encoder, which needs no model file and is no language model.
/// </summary>
/// <remarks>
/// One encoder may serve several estimators. A fitted transformer keeps what it needs of it, so disposing the encoder after Fit is fine.
/// </remarks>
public abstract partial class TextEncoder : IDisposable
{
    private protected TextEncoder()
    {
    }

    /// <summary>Name for logs and metadata: <c>lexical</c>, the model's folder or file, or the generator's model id.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Length of a vector; null for a generator which does not say it before its first call, and for a distilled encoder, whose teacher
    /// may have fewer than asked for.
    /// </summary>
    public abstract int? Dimension { get; }

    /// <summary>The encoder itself where it encodes without having seen the items; null for the lexical and the distilled one.</summary>
    internal abstract FittedEncoder? Ready { get; }

    /// <summary>The ONNX encoder that it is; null for another.</summary>
    internal virtual OnnxEncoder? Onnx => null;

    /// <summary>Whether what a pipeline gets of it is a static token table.</summary>
    internal virtual bool IsStatic => false;

    /// <summary>An encoder for these texts. The caller disposes it.</summary>
    internal abstract FittedEncoder Fit(IReadOnlyList<string> texts, int? maxTokens, string? prompt, CancellationToken cancellationToken);

    /// <summary>
    /// The same in a stage of a pipeline, whose host hears the log of an encoder that trains; the seed, drawn when the stage was made, is
    /// for one that has none.
    /// </summary>
    internal virtual FittedEncoder Fit(
        IHost host, int seed, IReadOnlyList<string> texts, int? maxTokens, string? prompt, CancellationToken cancellationToken) =>
        Fit(texts, maxTokens, prompt, cancellationToken);

    /// <summary>What making it INT8 changed; null for an encoder that is as it was read.</summary>
    public virtual QuantizationReport? Quantization => null;

    /// <summary>Throws unless what a pipeline gets of this encoder is a static token table.</summary>
    internal void RequireStatic()
    {
        if (!IsStatic)
            throw new NotSupportedException(
                $"The encoder '{Name}' has no token table to compress: leave TableCompression null, or use a model2vec folder or " +
                "TextEncoder.Distilled.");
    }

    internal OnnxEncoder RequireOnnx() => Onnx ?? throw new NotSupportedException(
        $"The encoder '{Name}' has no ONNX model, so there are no weights to make INT8: use TextEncoder.FromFolder or FromOnnx, or leave " +
        $"the weights {WeightPrecision.Single}.");

    /// <summary>
    /// Writes the encoder as a sentence-transformers folder that <see cref="FromFolder"/> reads: the ONNX model (INT8, if it was made so)
    /// or the static table, tokenizer, pooling, length and prompt. Names of inputs and outputs that were given as options have to be given
    /// again. Of a TorchSharp encoder: a folder that transformers reads too, weights as safetensors (a tensor that was not
    /// trained keeps its type bit for bit).
    /// </summary>
    /// <param name="folder">The folder; made if it is not there. Files of the same names are replaced; a TorchSharp encoder wants it absent
    /// or empty, and it appears when it is whole.</param>
    /// <exception cref="IOException">The disk is full, or the folder of a TorchSharp encoder is not empty; nothing
    /// half-written is left.</exception>
    /// <exception cref="NotSupportedException">The encoder is no model of files, or its tokenizer was given as code.</exception>
    /// <exception cref="InvalidOperationException">The encoder is fitted on the items' texts: save it with
    /// <see cref="LlmEmbeddingTransformer.SaveEncoder"/>.</exception>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var ready = Ready ?? throw new InvalidOperationException($"The encoder '{Name}' learns from the items' texts: fit a pipeline " +
            "with it, then call SaveEncoder of the LlmEmbeddingTransformer.");
        ready.Save(folder);
    }

    /// <summary>This encoder as a generator of Microsoft.Extensions.AI. Blank texts get the zero vector.</summary>
    /// <exception cref="InvalidOperationException">The encoder is lexical or distilled: it must be fitted on the
    /// items' texts first.</exception>
    public IEmbeddingGenerator<string, Embedding<float>> AsEmbeddingGenerator()
    {
        var ready = Ready ?? throw new InvalidOperationException(
            $"The encoder '{Name}' learns from the items' texts: fit a pipeline with it, then call AsEmbeddingGenerator of the " +
            "LlmEmbeddingTransformer.");
        return new EncoderGenerator(
            ready.Name, ready.Dimension, (texts, rows, token) => ready.Encode(texts, rows, FittedEncoder.DefaultBatchSize, token));
    }

    /// <summary>Closes the model. Transformers fitted with it keep working.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
