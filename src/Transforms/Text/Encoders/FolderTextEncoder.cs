namespace HybridRec.MLNet.Text;

/// <summary>An encoder model of files: opened at once, so that what is wrong with the files shows before any training.</summary>
internal sealed class FolderTextEncoder : TextEncoder
{
    private const int DefaultMaxTokens = 512;

    private readonly FittedEncoder _encoder;

    private FolderTextEncoder(FittedEncoder encoder, QuantizationReport? quantization = null) =>
        (_encoder, Quantization) = (encoder, quantization);

    public override string Name => _encoder.Name;

    public override int? Dimension => _encoder.Dimension;

    public override QuantizationReport? Quantization { get; }

    internal override FittedEncoder Ready => _encoder;

    internal override OnnxEncoder? Onnx => _encoder as OnnxEncoder;

    internal override bool IsStatic => _encoder is StaticEncoder;

    public static FolderTextEncoder Open(string path, EncoderOptions options)
    {
        options.Validate();
        var folder = SentenceTransformersFolder.Read(path);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        string prompt = folder.PromptOf(options);
        if (folder.IsStatic)
        {
            string weights = Path.Combine(path, "model.safetensors");
            if (!File.Exists(weights))
                throw new FileNotFoundException($"'{path}' is a static embedding model but has no model.safetensors.", weights);
            return new FolderTextEncoder(new StaticEncoder(
                name, File.ReadAllBytes(weights), TokenizerSource.FromFolder(path, options.Lowercase),
                options.Normalize ?? folder.Normalize, options.MaxTokens ?? int.MaxValue, prompt));
        }
        var source = TokenizerSource.FromFolder(path, options.Lowercase ?? folder.Lowercase);
        return new FolderTextEncoder(Build(OnnxModel.Open(folder.OnnxFile!, options), source.Create(), new OnnxEncoderSettings(name,
            options.Pooling is { } pooling ? [pooling] : folder.Pooling, options.Normalize ?? folder.Normalize,
            options.MaxTokens ?? folder.MaxTokens ?? DefaultMaxTokens, prompt, folder.IncludePrompt, options.StoreModel, options)));
    }

    public static FolderTextEncoder OpenFile(string path, TextTokenizer tokenizer, EncoderOptions options)
    {
        CheckBare(options);
        return new FolderTextEncoder(Build(
            OnnxModel.Open(path, options), tokenizer, Bare(Path.GetFileNameWithoutExtension(path), options)));
    }

    public static FolderTextEncoder OpenBytes(byte[] model, string name, TextTokenizer tokenizer, EncoderOptions options)
    {
        CheckBare(options);
        return new FolderTextEncoder(Build(
            OnnxModel.Open(model, options, $"'{name}'"), tokenizer, Bare(name, options) with { StoreModel = true }));
    }

    private static void CheckBare(EncoderOptions options)
    {
        options.Validate();
        if (options.PromptName is not null && options.Prompt is null)
            throw new ArgumentException(
                "PromptName names a prompt of config_sentence_transformers.json, which a bare ONNX file does not have. Set Prompt.");
    }

    private static OnnxEncoderSettings Bare(string name, EncoderOptions options) =>
        new(name, options.Pooling is { } pooling ? [pooling] : [], options.Normalize ?? true,
            options.MaxTokens ?? DefaultMaxTokens, options.Prompt ?? "", IncludePrompt: true, options.StoreModel, options);

    /// <summary>An encoder over a model made by this library; takes over the reference.</summary>
    public static FolderTextEncoder Of(FittedEncoder encoder, QuantizationReport? quantization = null) => new(encoder, quantization);

    internal override FittedEncoder Fit(
        IReadOnlyList<string> texts, int? maxTokens, string? prompt, CancellationToken cancellationToken) =>
        _encoder switch
        {
            OnnxEncoder onnx => onnx.With(maxTokens, prompt),
            StaticEncoder embedding => embedding.With(maxTokens, prompt),
            _ => _encoder,
        };

    public override void Dispose()
    {
        _encoder.Dispose();
        base.Dispose();
    }

    private static OnnxEncoder Build(OnnxModel model, TextTokenizer tokenizer, OnnxEncoderSettings settings)
    {
        try
        {
            return new OnnxEncoder(model, tokenizer, settings);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
