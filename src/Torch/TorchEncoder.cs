using HybridRec.MLNet.Text;
using HybridRec.MLNet.Torch;
using HybridRec.MLNet.Training;
using Microsoft.Extensions.AI;

namespace HybridRec.MLNet;

/// <summary>
/// A transformer run by TorchSharp, as a text encoder: BERT, or Llama as an encoder, read from a Hugging Face or sentence-transformers
/// folder. It encodes like the ONNX encoders of <see cref="TextEncoder"/>, and it can be tuned (LoRA, full, projection) and written back.
/// </summary>
/// <remarks>
/// The application adds the native libtorch (see <see cref="LibTorch"/>). Weights are computed with in Single, whatever type their file
/// has. A saved pipeline holds the encoder, or its path (<see cref="EncoderOptions.StoreModel"/>); where it is loaded, libtorch has to be
/// too.
/// </remarks>
public sealed class TorchEncoder : TextEncoder
{
    private readonly TorchFittedEncoder _encoder;

    internal TorchEncoder(TorchFittedEncoder encoder) => _encoder = encoder;

    /// <inheritdoc/>
    public override string Name => _encoder.Name;

    /// <inheritdoc/>
    public override int? Dimension => _encoder.Dimension;

    /// <summary>Number of float parameters of the transformer.</summary>
    public long ParameterCount => _encoder.Model.Model.Weights.ParameterCount;

    internal TorchFittedEncoder Encoder => _encoder;

    internal override FittedEncoder Ready => _encoder;

    /// <summary>
    /// Reads a folder: <c>config.json</c> (model_type bert or llama), <c>model.safetensors</c> or its shards, a tokenizer, and pooling,
    /// normalization, length and prompts where the files of sentence-transformers say them.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">What to take from here and not from the files; names of ONNX inputs mean nothing here.</param>
    /// <param name="device">Where to compute. <value>The default is <see cref="TorchDevice.Cpu"/>.</value></param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message says which.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or a tensor is missing or of another shape than the configuration asks
    /// for.</exception>
    /// <exception cref="NotSupportedException">The model uses something this library does not have; the message names it.</exception>
    /// <exception cref="InvalidOperationException">The pooling is unknown, or the native libtorch is missing.</exception>
    /// <exception cref="ArgumentException">MaxTokens is more than the model has positions for.</exception>
    public static TorchEncoder FromFolder(string path, EncoderOptions? options = null, TorchDevice device = TorchDevice.Cpu)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new EncoderOptions();
        options.Validate();
        var (model, files) = TorchFolder.Read(path, options, LibTorch.Device(device));
        return new TorchEncoder(new TorchFittedEncoder(model, model.Settings, files, device, Path.GetFullPath(path)));
    }

    /// <summary>
    /// The encoder of a fitted or loaded pipeline stage, such as the one that tuning made. Disposing it leaves the stage as it is.
    /// </summary>
    /// <param name="transformer">The stage.</param>
    /// <exception cref="ArgumentException">Its encoder is not one of TorchSharp.</exception>
    public static TorchEncoder Of(LlmEmbeddingTransformer transformer)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        return transformer.Encoder is TorchFittedEncoder encoder
            ? new TorchEncoder(encoder.With(null, null))
            : throw new ArgumentException(
                $"The stage encodes by '{transformer.EncoderName}', which does not run in TorchSharp. Fit it with a TorchEncoder.",
                nameof(transformer));
    }

    /// <summary>This encoder with an adapter of PEFT merged into its weights: W + s B A.</summary>
    /// <param name="path">The folder with <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</param>
    /// <returns>An encoder of its own.</returns>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or a tensor does not fit this model.</exception>
    /// <exception cref="NotSupportedException">It is a variant this library does not have (DoRA, trained biases, several ranks, ...); the
    /// message names it.</exception>
    public TorchEncoder WithAdapter(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var adapter = PeftAdapter.Read(path, _encoder.Model.Model);
        var merged = _encoder.Model.Copy();
        adapter.MergeInto(merged.Model);
        return new TorchEncoder(new TorchFittedEncoder(
            merged, _encoder.Settings with { StoreModel = true }, _encoder.Files, _encoder.Device, path: null));
    }

    /// <summary>
    /// The same encoder, tuned as it may be, as an ONNX model that ONNX Runtime runs: no libtorch is needed from then on, and
    /// <see cref="TextEncoder.Quantize"/> can make it INT8. The vectors agree within 1e-4. <see cref="TextEncoder.Save"/> of the result
    /// writes the folder.
    /// </summary>
    /// <returns>The encoder; the caller disposes it. This one stays as it is.</returns>
    /// <exception cref="NotSupportedException">It is no BERT, or it has a projection behind a pooling by maximum or behind
    /// several.</exception>
    public TextEncoder ToOnnx() => FolderTextEncoder.Of(OnnxExport.Open(_encoder.Model, _encoder.Settings));

    /// <summary>
    /// A shallow student of this encoder that any teacher teaches, as an encoder that learns on the texts of its column when a pipeline is
    /// fitted; <see cref="Of"/> gives it afterwards, for <see cref="ToOnnx"/> or <see cref="TextEncoder.Save"/>. A saved pipeline holds the
    /// student, not the teacher.
    /// </summary>
    /// <param name="teacher">What teaches, called at Fit only and not disposed by this library: <c>start.AsEmbeddingGenerator()</c>, or a
    /// larger model of any kind.</param>
    /// <param name="start">What the student takes its embeddings and layers from; it stays as it is.</param>
    /// <param name="options">Layers, loss, training. <value>The default is null: the defaults.</value></param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TextEncoder Distilled(
        IEmbeddingGenerator<string, Embedding<float>> teacher, TorchEncoder start, EncoderDistillation? options = null)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(start);
        return new DistilledTorchEncoder(teacher, start._encoder, options ?? new EncoderDistillation());
    }

    /// <summary>
    /// This encoder with whitened vectors: z = W (h - m) instead of h before normalization, W = diag(max(v, <paramref name="floor"/>
    /// v_max))^-<paramref name="power"/> U^T, where m, U and v are the mean, the principal directions and the variances of the vectors of
    /// texts. Vectors of transformers share a large common part and spread along few directions, so that all cosines are high; this takes
    /// the first off and evens the second out. Su et al., "Whitening Sentence Representations for Better Semantics and Faster Retrieval",
    /// arXiv 2103.15316 (power 1/2); Mu and Viswanath, "All-but-the-Top", ICLR 2018.
    /// </summary>
    /// <param name="texts">Texts like those to be encoded, many times as many as a vector is long; blank ones and repetitions are left
    /// out.</param>
    /// <param name="power">0 takes off the mean only, 1/2 gives every direction the same variance.
    /// <value>The default is 0.5.</value></param>
    /// <param name="floor">Directions with less than this share of the largest variance are raised as if they had it.
    /// <value>The default is 0.001.</value></param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>An encoder of its own, which the caller disposes; <see cref="ToOnnx"/> and <see cref="TextEncoder.Save"/> know it. This one
    /// stays as it is.</returns>
    /// <exception cref="ArgumentException">An option is out of range, or there are fewer than 2 texts.</exception>
    /// <exception cref="NotSupportedException">It is no BERT, has a projection, several poolings, or one that the mean cannot be taken off
    /// in front of.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public TorchEncoder Whiten(
        IReadOnlyList<string> texts, double power = 0.5, double floor = 0.001, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        new OptionCheck(nameof(Whiten)).Require(power is >= 0 and <= 1, power, "0 to 1", nameof(power));
        new OptionCheck(nameof(Whiten)).Require(floor is > 0 and <= 1, floor, "above 0 and at most 1", nameof(floor));
        return new TorchEncoder(new TorchFittedEncoder(
            Whitening.Of(_encoder, texts, power, floor, cancellationToken), _encoder.Settings with { StoreModel = true }, _encoder.Files,
            _encoder.Device, path: null));
    }

    internal override FittedEncoder Fit(IReadOnlyList<string> texts, int? maxTokens, string? prompt, CancellationToken cancellationToken) =>
        _encoder.With(maxTokens, prompt);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _encoder.Dispose();
        base.Dispose();
    }
}
