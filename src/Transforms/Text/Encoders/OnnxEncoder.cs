using System.Globalization;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Text;

/// <summary>Settings of an ONNX encoder once options and files are put together.</summary>
internal sealed record OnnxEncoderSettings(
    string Name, IReadOnlyList<PoolingMode> Pooling, bool Normalize, int MaxTokens, string Prompt, bool IncludePrompt, bool StoreModel, EncoderOptions Options);

/// <summary>Tokenizer, ONNX model, pooling and normalization. Texts of one batch are of like length; results do not depend on the batch.</summary>
internal sealed class OnnxEncoder : FittedEncoder
{
    public const string StateKind = "onnx";

    const int TextsAPiece = 16;

    readonly OnnxModel _model;
    readonly TextTokenizer _tokenizer;
    readonly OnnxEncoderSettings _settings;
    readonly int _width;
    readonly int _promptTokens;
    int _disposed;

    /// <param name="model">The encoder takes over this reference.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="settings">Everything else.</param>
    public OnnxEncoder(OnnxModel model, TextTokenizer tokenizer, OnnxEncoderSettings settings)
    {
        (_model, _tokenizer, _settings) = (model, tokenizer, settings);
        if (!model.Signature.IsPooled && settings.Pooling.Count == 0)
            throw new InvalidOperationException(
                $"The model '{settings.Name}' gives one vector a token, and nothing says how to pool them: add modules.json and 1_Pooling/config.json to its " +
                $"folder (sentence-transformers writes them), or set EncoderOptions.Pooling to one of {string.Join(", ", Enum.GetNames<PoolingMode>())}.");
        // Of a prompt, all tokens but the closing special one stand before the text.
        _promptTokens = settings.IncludePrompt || settings.Prompt.Length == 0 ? 0
            : Math.Max(0, tokenizer.EncodeCore(settings.Prompt, int.MaxValue, specialTokens: true).Length - TrailingTokens(tokenizer));
        _width = model.Signature.Width > 0 ? model.Signature.Width : ProbeWidth();
        Dimension = model.Signature.IsPooled ? _width : _width * settings.Pooling.Count;
        UInt128 tokens = tokenizer.Source is { } source ? TextKey.OfBytes(source.Bytes) : default;
        ModelHash = TextKey.Combine(model.Hash, string.Create(CultureInfo.InvariantCulture,
            $"{tokens:x32}|{tokenizer.Source?.Lowercase}|{tokenizer.Source?.Family}|{model.Signature}|{string.Join('+', settings.Pooling)}|{settings.Normalize}|" +
            $"{settings.MaxTokens}|{settings.Prompt}|{settings.IncludePrompt}"));
    }

    public override string Kind => IsSaved ? StateKind : DetachedEncoder.StateKind;

    public override string Name => _settings.Name;

    public override int Dimension { get; }

    public override UInt128 ModelHash { get; }

    /// <summary>The same model with other settings; shares the session.</summary>
    public OnnxEncoder With(int? maxTokens, string? prompt) => new(_model.AddReference(), _tokenizer,
        _settings with { MaxTokens = maxTokens ?? _settings.MaxTokens, Prompt = prompt ?? _settings.Prompt });

    /// <summary>Another model with the same tokenizer and settings, as INT8 makes of a float one. The encoder takes over the reference.</summary>
    public OnnxEncoder With(OnnxModel model) => new(model, _tokenizer, _settings with { StoreModel = true });

    /// <summary>The model as bytes.</summary>
    public byte[] ModelBytes() => _model.ReadBytes();

    public string OutputName => _model.Signature.Output;

    public EncoderOptions Options => _settings.Options;

    /// <summary>Whether a saved pipeline holds model and tokenizer, so that it can encode where it is loaded.</summary>
    public bool IsSaved => _tokenizer.Source is not null;

    public int[][] Tokenize(IReadOnlyList<string> texts)
    {
        int[][] tokens = new int[texts.Count][];
        // In pieces: a text alone is too little work for a thread.
        Parallelism.For((texts.Count + TextsAPiece - 1) / TextsAPiece, _settings.Options.Threads, piece =>
        {
            for (int i = piece * TextsAPiece; i < Math.Min(tokens.Length, (piece + 1) * TextsAPiece); i++)
                tokens[i] = _tokenizer.EncodeCore(_settings.Prompt + texts[i], _settings.MaxTokens, specialTokens: true);
        });
        return tokens;
    }

    /// <summary>The batches that texts are run in, longest first: indices of the texts of each and the length they are padded to.</summary>
    public IEnumerable<(int[] Texts, int Length)> Batches(int[][] tokens, int batchSize)
    {
        int[] order = [.. Enumerable.Range(0, tokens.Length).Where(i => tokens[i].Length > 0).OrderByDescending(i => tokens[i].Length).ThenBy(i => i)];
        bool canPad = _model.Signature.AttentionMask is not null;
        for (int start = 0; start < order.Length;)
        {
            int length = tokens[order[start]].Length, end = start + 1;
            // Without a mask the model would read padding as text: such batches hold texts of one length only.
            while (end < order.Length && end - start < batchSize && (canPad || tokens[order[end]].Length == length))
                end++;
            yield return (order[start..end], length);
            start = end;
        }
    }

    /// <summary>Ids and mask of a batch as the model takes them, texts x length.</summary>
    public (long[] Ids, long[] Mask) Inputs(ReadOnlySpan<int> batch, int[][] tokens, int length)
    {
        long[] ids = new long[batch.Length * length], mask = new long[ids.Length];
        Array.Fill(ids, _tokenizer.PaddingId);
        for (int b = 0; b < batch.Length; b++)
            for (int t = 0; t < tokens[batch[b]].Length; t++)
                (ids[b * length + t], mask[b * length + t]) = (tokens[batch[b]][t], 1);
        return (ids, mask);
    }

    public override void Encode(IReadOnlyList<string> texts, Memory<float> rows, int batchSize, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        int[][] tokens = Tokenize(texts);
        rows.Span.Clear(); // a text without any token has the zero vector
        foreach (var (batch, length) in Batches(tokens, batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            RunBatch(batch, tokens, length, rows.Span);
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
            throw new InvalidOperationException("The model came out of a saved pipeline and has no path; save it with EncoderOptions.StoreModel = true.");
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

    public static OnnxEncoder Read(BinaryReader reader)
    {
        var tokenizer = TokenizerSource.Read(reader).Create();
        var settings = OnnxEncoderState.ReadSettings(reader);
        bool stored = reader.ReadBoolean();
        UInt128 hash = EncoderState.ReadHash(reader);
        if (stored)
            return new OnnxEncoder(OnnxModel.Open(EncoderState.ReadBytes(reader), settings.Options), tokenizer, settings with { StoreModel = true });
        string path = reader.ReadString();
        if (!File.Exists(path))
            throw new FileNotFoundException(
                $"The saved pipeline uses the ONNX model '{path}' (it was fitted with StoreModel = false), which is not here. Put the file there, or fit with StoreModel = true.", path);
        if (OnnxModel.HashOf(path) != hash)
            throw new InvalidDataException($"The ONNX model '{path}' is not the one the pipeline was fitted with: its hash differs. Put the right file there, or fit again.");
        return new OnnxEncoder(OnnxModel.Open(path, settings.Options), tokenizer, settings with { StoreModel = false });
    }

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _model.Dispose();
    }

    void RunBatch(ReadOnlySpan<int> batch, int[][] tokens, int length, Span<float> rows)
    {
        var (ids, mask) = Inputs(batch, tokens, length);
        float[] output = _model.Run(ids, mask, batch.Length, length);
        for (int b = 0; b < batch.Length; b++)
        {
            var row = rows.Slice(batch[b] * Dimension, Dimension);
            if (_model.Signature.IsPooled)
                output.AsSpan(b * _width, _width).CopyTo(row);
            else
                for (int p = 0; p < _settings.Pooling.Count; p++)
                {
                    int count = tokens[batch[b]].Length;
                    TokenPooling.Pool(output.AsSpan(b * length * _width, length * _width), Math.Min(_promptTokens, count - 1), count, _settings.Pooling[p],
                        row.Slice(p * _width, _width));
                }
            if (_settings.Normalize)
                TokenPooling.Normalize(row);
        }
    }

    int ProbeWidth()
    {
        int[] tokens = _tokenizer.EncodeCore("a", _settings.MaxTokens, specialTokens: true);
        if (tokens.Length == 0)
            tokens = [_tokenizer.PaddingId];
        long[] mask = new long[tokens.Length];
        Array.Fill(mask, 1);
        return _model.Run(Array.ConvertAll(tokens, t => (long)t), mask, 1, tokens.Length).Length / (_model.Signature.IsPooled ? 1 : tokens.Length);
    }

    static int TrailingTokens(TextTokenizer tokenizer) => tokenizer is PipelineTokenizer pipeline ? pipeline.TrailingTokens : 0;
}
