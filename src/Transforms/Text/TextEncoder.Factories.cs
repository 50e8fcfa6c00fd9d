using HybridRec.MLNet.Compression;
using HybridRec.MLNet.Text;
using Microsoft.Extensions.AI;

namespace HybridRec.MLNet;

// What makes encoders names the kinds of them, which the base type does not.
public abstract partial class TextEncoder
{
    /// <summary>
    /// TF-IDF to truncated SVD (latent semantic analysis), fitted on the distinct texts of the items at Fit: words and word pairs,
    /// lower-cased, accents folded, x_t = (1 + ln tf_t)(1 + ln((1 + n)/(1 + df_t))), projected on the first right singular vectors, scaled
    /// to length 1, the items' mean taken off. The default: a few seconds for thousands of long descriptions, no model file. Deerwester et
    /// al. 1990; SVD by Halko et al. 2011.
    /// </summary>
    /// <param name="dimension">Length of a vector. <value>The default is 128.</value></param>
    /// <param name="seed">Seed of the randomized SVD. <value>The default is null: drawn from the context.</value></param>
    /// <exception cref="ArgumentOutOfRangeException">The dimension is not in 1..4096.</exception>
    public static TextEncoder Lexical(int dimension = 128, int? seed = null) =>
        Lexical(new LexicalOptions { Dimension = dimension, Seed = seed });

    /// <inheritdoc cref="Lexical(int, int?)"/>
    /// <param name="options">How texts are cut into terms and weighed.</param>
    public static TextEncoder Lexical(LexicalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new LexicalTextEncoder(options);
    }

    /// <summary>
    /// Reads a sentence-transformers folder: <c>model.onnx</c> or <c>onnx/model.onnx</c>, a tokenizer (<c>tokenizer.json</c>,
    /// <c>vocab.txt</c> or a SentencePiece <c>.model</c>), pooling, normalization, length and prompts from its configuration files. A
    /// static embedding folder (model2vec: <c>model.safetensors</c> and <c>tokenizer.json</c>) is read too.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">What to take from here and not from the files.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message says which.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    /// <exception cref="NotSupportedException">The model uses a component this library does not have; the message names it.</exception>
    /// <exception cref="InvalidOperationException">The pooling is unknown, or the application lacks the native ONNX Runtime.</exception>
    public static TextEncoder FromFolder(string path, EncoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return FolderTextEncoder.Open(path, options ?? new EncoderOptions());
    }

    /// <summary>Reads a bare ONNX file. Inputs and outputs are found by its metadata; <paramref name="options"/> override them.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="tokenizer">The tokenizer the model was trained with.</param>
    /// <param name="options">Names, pooling, length. A model that gives one vector a token needs
    /// <see cref="EncoderOptions.Pooling"/>.</param>
    /// <inheritdoc cref="FromFolder" path="/exception"/>
    public static TextEncoder FromOnnx(string path, TextTokenizer tokenizer, EncoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tokenizer);
        return FolderTextEncoder.OpenFile(path, tokenizer, options ?? new EncoderOptions());
    }

    /// <summary>A bare ONNX model that is in memory already, such as a resource of an assembly.</summary>
    /// <param name="model">The bytes of the ONNX file, all weights inside; not to be changed afterwards.</param>
    /// <param name="name">Its name for logs and metadata.</param>
    /// <param name="tokenizer">The tokenizer the model was trained with.</param>
    /// <param name="options">Names, pooling, length. A model that gives one vector a token needs <see cref="EncoderOptions.Pooling"/>; a
    /// saved pipeline always holds the model.</param>
    /// <exception cref="InvalidDataException">The model is damaged.</exception>
    /// <exception cref="InvalidOperationException">The pooling is unknown, or the application lacks the native ONNX Runtime.</exception>
    public static TextEncoder FromOnnx(byte[] model, string name, TextTokenizer tokenizer, EncoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(tokenizer);
        return FolderTextEncoder.OpenBytes(model, name, tokenizer, options ?? new EncoderOptions());
    }

    /// <summary>
    /// Any embedding generator: a local server or a remote service. It is called in batches at Fit, once for each distinct text. A saved
    /// pipeline holds the vectors of these texts; for others attach a generator after loading
    /// (<see cref="LlmEmbeddingTransformer.Attach"/>).
    /// </summary>
    /// <param name="generator">The generator; not disposed by this library.</param>
    /// <param name="modelId">Names the model in the persistent cache. <value>The default is null: the model id of the
    /// generator's metadata.</value></param>
    /// <param name="dimension">Length of its vectors.
    /// <value>The default is null: from its metadata, else from the first vector.</value></param>
    /// <exception cref="ArgumentOutOfRangeException">The dimension is below 1.</exception>
    public static TextEncoder FromGenerator(
        IEmbeddingGenerator<string, Embedding<float>> generator, string? modelId = null, int? dimension = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (dimension is { } given)
            ArgumentOutOfRangeException.ThrowIfLessThan(given, 1, nameof(dimension));
        return new GeneratorTextEncoder(generator, modelId, dimension);
    }

    /// <summary>
    /// This encoder with INT8 weights: W_kj ~ s_j q_kj for the matrices, a scale a row for token tables, inputs of products rounded to 8
    /// bits; see <see cref="WeightPrecision.Int8"/>. Both encoders are open afterwards. In a pipeline,
    /// <see cref="LlmEmbeddingOptions.Quantize"/> does the same on the texts of the column.
    /// </summary>
    /// <param name="texts">Texts like those it will encode: error, speed and ranges are measured on a sample.
    /// None: on a few fixed ones.</param>
    /// <param name="options">Budget and kind. <value>The default is null: the defaults.</value></param>
    /// <param name="cancellationToken">Cancels between runs of the model.</param>
    /// <returns>The INT8 encoder; its <see cref="Quantization"/> says what it cost.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="NotSupportedException">This is no ONNX encoder, or nothing of its model can be INT8.</exception>
    /// <exception cref="InvalidDataException">The model is damaged.</exception>
    /// <exception cref="InvalidOperationException">No layer can be INT8 within the budget.</exception>
    public TextEncoder Quantize(
        IReadOnlyList<string> texts, QuantizationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new QuantizationOptions();
        options.Validate();
        var (encoder, report) = EncoderQuantizer.Run(RequireOnnx(), texts, options, cancellationToken);
        return FolderTextEncoder.Of(encoder, report);
    }

    /// <summary>
    /// A static token table that is taught by any generator when a pipeline is fitted, e_T = mean over the tokens t of T of E[t], scaled to
    /// length 1: encoding is a look-up, which costs less than tokenization. The teacher encodes every token of the vocabulary; principal
    /// components and weights a / (a + p) make the table (model2vec, with the weights of Arora et al. 2017); ridge regression then draws it
    /// to the teacher's vectors of the items' texts, as far as that helps texts held out. A saved pipeline
    /// holds the table, not the teacher.
    /// </summary>
    /// <param name="teacher">The teacher, for instance <see cref="AsEmbeddingGenerator"/> of a deep encoder; called at Fit only, not
    /// disposed by this library.</param>
    /// <param name="tokenizer">The student's tokenizer, of a <c>tokenizer.json</c> or <c>vocab.txt</c>; it
    /// need not be the teacher's.</param>
    /// <param name="options">Length, weights, texts. <value>The default is null: the defaults.</value></param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="NotSupportedException">The tokenizer's vocabulary cannot be listed.</exception>
    public static TextEncoder Distilled(
        IEmbeddingGenerator<string, Embedding<float>> teacher, TextTokenizer tokenizer, StaticDistillationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(tokenizer);
        return new DistilledTextEncoder(teacher, tokenizer, options ?? new StaticDistillationOptions());
    }
}
