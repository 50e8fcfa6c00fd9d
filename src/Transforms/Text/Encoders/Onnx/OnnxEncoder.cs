using System.Globalization;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Files;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Tokenizer, ONNX model, pooling and normalization. Texts of one batch are of like length; results do not depend on the batch.
/// </summary>
internal sealed class OnnxEncoder : FittedEncoder
{
    public const string StateKind = "onnx";

    private const int TextsAPiece = 16;

    private readonly OnnxModel _model;
    private readonly TextTokenizer _tokenizer;
    private readonly OnnxEncoderSettings _settings;
    private readonly int _width;
    private readonly int _promptTokens;
    private int _disposed;

    /// <param name="model">The encoder takes over this reference.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="settings">Everything else.</param>
    public OnnxEncoder(OnnxModel model, TextTokenizer tokenizer, OnnxEncoderSettings settings)
    {
        (_model, _tokenizer, _settings) = (model, tokenizer, settings);
        if (!model.Signature.IsPooled && settings.Pooling.Count == 0)
            throw new InvalidOperationException(
                $"The model '{settings.Name}' gives one vector a token, and nothing says how to pool them: add modules.json and " +
                "1_Pooling/config.json to its folder (sentence-transformers writes them), or set EncoderOptions.Pooling to one of " +
                $"{string.Join(", ", Enum.GetNames<PoolingMode>())}.");
        _promptTokens = TokenBatches.PromptTokens(tokenizer, settings);
        _width = model.Signature.Width > 0 ? model.Signature.Width : ProbeWidth();
        Dimension = model.Signature.IsPooled ? _width : _width * settings.Pooling.Count;
        UInt128 tokens = tokenizer.Source is { } source ? TextKey.OfBytes(source.Bytes) : default;
        ModelHash = TextKey.Combine(model.Hash, string.Create(CultureInfo.InvariantCulture,
            $"{tokens:x32}|{tokenizer.Source?.Lowercase}|{tokenizer.Source?.Family}|{model.Signature}|" +
            $"{string.Join('+', settings.Pooling)}|{settings.Normalize}|" +
            $"{settings.MaxTokens}|{settings.Prompt}|{settings.IncludePrompt}"));
    }

    public override string Kind => IsSaved ? StateKind : DetachedEncoder.StateKind;

    public override string Name => _settings.Name;

    public override int Dimension { get; }

    public override UInt128 ModelHash { get; }

    /// <summary>The same model with other settings; shares the session.</summary>
    public OnnxEncoder With(int? maxTokens, string? prompt) => new(_model.AddReference(), _tokenizer,
        _settings with { MaxTokens = maxTokens ?? _settings.MaxTokens, Prompt = prompt ?? _settings.Prompt });

    /// <summary>
    /// Another model with the same tokenizer and settings, as INT8 makes of a float one. The encoder takes over the reference.
    /// </summary>
    public OnnxEncoder With(OnnxModel model) => new(model, _tokenizer, _settings with { StoreModel = true });

    /// <summary>The model as bytes.</summary>
    public byte[] ModelBytes() => _model.ReadBytes();

    public string OutputName => _model.Signature.Output;

    public EncoderOptions Options => _settings.Options;

    /// <summary>Whether a saved pipeline holds model and tokenizer, so that it can encode where it is loaded.</summary>
    public bool IsSaved => _tokenizer.Source is not null;

    public int[][] Tokenize(IReadOnlyList<string> texts)
    {
        int[][][] pieces = new int[(texts.Count + TextsAPiece - 1) / TextsAPiece][][];
        // In pieces: a text alone is too little work for a thread.
        Parallelism.For(
            pieces.Length, _settings.Options.Threads,
            piece => pieces[piece] = TokenBatches.Tokenize(_tokenizer, _settings, [.. texts.Skip(piece * TextsAPiece).Take(TextsAPiece)]));
        return [.. pieces.SelectMany(p => p)];
    }

    /// <summary>
    /// The batches that texts are run in. Without a mask the model would read padding as text: such batches hold texts of one length only.
    /// </summary>
    public IEnumerable<TokenBatch> Batches(int[][] tokens, int batchSize) =>
        TokenBatches.Of(tokens, _tokenizer.PaddingId, batchSize, canPad: _model.Signature.AttentionMask is not null);

    public override void Encode(IReadOnlyList<string> texts, Memory<float> rows, int batchSize, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        rows.Span.Clear(); // a text without any token has the zero vector
        foreach (var batch in Batches(Tokenize(texts), batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            RunBatch(batch, rows.Span);
        }
    }

    public override void Write(BinaryWriter writer)
    {
        if (!IsSaved)
        {
            DetachedEncoder.WriteState(writer, this);
            return;
        }
        if (!_settings.StoreModel && _model.Path is null)
            throw new InvalidOperationException(
                "The model came out of a saved pipeline and has no path; save it with EncoderOptions.StoreModel = true.");
        _tokenizer.Source!.Write(writer);
        OnnxEncoderState.WriteSettings(writer, _settings);
        writer.Write(_settings.StoreModel);
        EncoderState.WriteHash(writer, _model.Hash);
        if (_settings.StoreModel)
        {
            byte[] bytes = _model.ReadBytes();
            writer.Write(bytes.Length);
            writer.Write(bytes);
        }
        else
            writer.Write(_model.Path!);
    }

    public override void Save(string folder)
    {
        var tokenizer = _tokenizer.Source ?? throw new NotSupportedException(
            $"The tokenizer of '{Name}' was given as code, which no folder can hold: read it from its file.");
        string[] modules =
        [
            "Transformer", .. _model.Signature.IsPooled ? Array.Empty<string>() : ["Pooling"],
            .. _settings.Normalize ? ["Normalize"] : Array.Empty<string>()
        ];
        EncoderFiles.WriteCommon(folder, tokenizer, _settings.MaxTokens, _settings.Prompt, modules);
        if (!_model.Signature.IsPooled)
            EncoderFiles.WritePooling(folder, _settings.Pooling, _width, _settings.IncludePrompt);
        byte[] model = ModelBytes();
        WholeFile.Write(Path.Combine(folder, "model.onnx"), stream => stream.Write(model));
    }

    public static OnnxEncoder Read(BinaryReader reader)
    {
        var tokenizer = TokenizerSource.Read(reader).Create();
        var settings = OnnxEncoderState.ReadSettings(reader);
        bool stored = reader.ReadBoolean();
        UInt128 hash = EncoderState.ReadHash(reader);
        if (stored)
            return new OnnxEncoder(
                OnnxModel.Open(EncoderState.ReadBytes(reader), settings.Options), tokenizer, settings with { StoreModel = true });
        string path = reader.ReadString();
        if (!File.Exists(path))
            throw new FileNotFoundException(
                $"The saved pipeline uses the ONNX model '{path}' (it was fitted with StoreModel = false), which is not here. Put the " +
                "file there, or fit with StoreModel = true.", path);
        if (OnnxModel.HashOf(path) != hash)
            throw new InvalidDataException($"The ONNX model '{path}' is not the one the pipeline was fitted with: its hash differs. Put " +
                "the right file there, or fit again.");
        return new OnnxEncoder(OnnxModel.Open(path, settings.Options), tokenizer, settings with { StoreModel = false });
    }

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _model.Dispose();
    }

    private void RunBatch(TokenBatch batch, Span<float> rows)
    {
        float[] output = _model.Run(batch.Ids, batch.Mask, batch.Count, batch.Length);
        for (int b = 0; b < batch.Count; b++)
        {
            var row = rows.Slice(batch.Texts[b] * Dimension, Dimension);
            if (_model.Signature.IsPooled)
                output.AsSpan(b * _width, _width).CopyTo(row);
            else
                for (int p = 0; p < _settings.Pooling.Count; p++)
                {
                    int count = batch.Lengths[b];
                    TokenPooling.Pool(
                        output.AsSpan(b * batch.Length * _width, batch.Length * _width), Math.Min(_promptTokens, count - 1), count,
                        _settings.Pooling[p], row.Slice(p * _width, _width));
                }
            if (_settings.Normalize)
                TokenPooling.Normalize(row);
        }
    }

    private int ProbeWidth()
    {
        int[] tokens = _tokenizer.EncodeCore("a", _settings.MaxTokens, specialTokens: true);
        if (tokens.Length == 0)
            tokens = [_tokenizer.PaddingId];
        long[] mask = new long[tokens.Length];
        Array.Fill(mask, 1);
        return _model.Run(Array.ConvertAll(tokens, t => (long)t), mask, 1, tokens.Length).Length / (_model.Signature.IsPooled
            ? 1
            : tokens.Length);
    }
}
