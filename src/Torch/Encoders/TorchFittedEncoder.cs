using System.Globalization;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Files;
using HybridRec.MLNet.Text;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// A transformer run by TorchSharp as the encoder of a fitted pipeline. Texts of one batch are of like length; results do not depend on the
/// batch but for rounding.
/// </summary>
internal sealed class TorchFittedEncoder : FittedEncoder
{
    public const string StateKind = "HybridRec.MLNet.Torch/transformer";
    private const int StateVersion = 1;

    private readonly SentenceModel _model;
    private readonly OnnxEncoderSettings _settings;
    private readonly ModelFiles _files;
    private readonly TorchDevice _device;
    private readonly string? _path;
    private readonly UInt128 _weightsHash;
    private int _disposed;

    /// <param name="model">The encoder takes over this reference.</param>
    /// <param name="settings">Settings, which may differ from the model's own in length and prompt.</param>
    /// <param name="files">The small files of its folder.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="path">Its folder; null where it was tuned or came out of a saved pipeline.</param>
    /// <param name="weightsHash">Hash of the weights where it is known.</param>
    public TorchFittedEncoder(
        SentenceModel model, OnnxEncoderSettings settings, ModelFiles files, TorchDevice device, string? path, UInt128? weightsHash = null)
    {
        (_model, _settings, _files, _device, _path) = (model, settings, files, device, path);
        PromptTokens = TokenBatches.PromptTokens(model.Tokenizer, settings);
        _weightsHash = weightsHash ?? HashOf(model);
        var source = model.Tokenizer.Source!;
        ModelHash = TextKey.Combine(_weightsHash, string.Create(CultureInfo.InvariantCulture,
            $"{TextKey.OfBytes(files[ModelFiles.Config]):x32}|{TextKey.OfBytes(source.Bytes):x32}|{source.Lowercase}|{source.Family}|" +
            $"{string.Join('+', settings.Pooling)}|{settings.Normalize}|" +
            $"{settings.MaxTokens}|{settings.Prompt}|{settings.IncludePrompt}"));
    }

    public override string Kind => StateKind;

    public override string Name => _settings.Name;

    public override int Dimension => _model.Dimension;

    public override UInt128 ModelHash { get; }

    public SentenceModel Model => _model;

    public OnnxEncoderSettings Settings => _settings;

    public ModelFiles Files => _files;

    public TorchDevice Device => _device;

    /// <summary>Tokens in front of a text that pooling leaves out.</summary>
    public int PromptTokens { get; }

    /// <summary>The same model with other settings; shares the weights.</summary>
    public TorchFittedEncoder With(int? maxTokens, string? prompt)
    {
        if (maxTokens > _model.Model.Config.MaxPositions)
            throw new ArgumentException($"The model '{Name}' has positions for {_model.Model.Config.MaxPositions} tokens; MaxTokens is " +
                $"{maxTokens}. Set it to at most that.");
        return new(
            _model.AddReference(), _settings with { MaxTokens = maxTokens ?? _settings.MaxTokens, Prompt = prompt ?? _settings.Prompt },
            _files, _device, _path, _weightsHash);
    }

    public override void Encode(IReadOnlyList<string> texts, Memory<float> rows, int batchSize, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        rows.Span.Clear(); // a text without any token has the zero vector
        int[][] tokens = TokenBatches.Tokenize(_model.Tokenizer, _settings, texts);
        foreach (var batch in TokenBatches.Of(tokens, _model.Tokenizer.PaddingId, batchSize, canPad: true))
        {
            cancellationToken.ThrowIfCancellationRequested();
            float[] vectors = Vectors(batch);
            for (int b = 0; b < batch.Count; b++)
                vectors.AsSpan(b * Dimension, Dimension).CopyTo(rows.Span[(batch.Texts[b] * Dimension)..]);
        }
    }

    public override void Save(string folder) => TorchFolder.Write(folder, _model, _settings, _files);

    public override void Write(BinaryWriter writer)
    {
        var source = _model.Tokenizer.Source!;
        if (!_settings.StoreModel && _path is null)
            throw new InvalidOperationException("The encoder was tuned or came out of a saved pipeline and has no folder; set " +
                "EncoderOptions.StoreModel = true, so that the pipeline holds it.");
        writer.Write(StateVersion);
        source.Write(writer);
        OnnxEncoderState.WriteSettings(writer, _settings);
        writer.Write((int)_device);
        _files.Write(writer, source);
        EncoderState.WriteHash(writer, _weightsHash);
        writer.Write(_settings.StoreModel);
        if (_settings.StoreModel)
        {
            using var bytes = new MemoryStream();
            SafeTensorsWriter.Write(bytes, _model.Model.Weights.Data());
            writer.Write(checked((int)bytes.Length));
            writer.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
        else
            writer.Write(_path!);
        writer.Write(_model.Projection is not null);
        if (_model.Projection is not null)
            EncoderState.WriteFloats(writer, TensorTransfer.ToArray(_model.Projection));
    }

    [ModuleInitializer]
    internal static void RegisterReader() => EncoderState.Register(StateKind, Read);

    private static TorchFittedEncoder Read(BinaryReader reader)
    {
        int version = reader.ReadInt32();
        if (version is < 1 or > StateVersion)
            throw new InvalidDataException($"The saved text encoder has version {version}; this version of HybridRec.MLNet.Torch reads 1 " +
                $"to {StateVersion}. Update it.");
        var source = TokenizerSource.Read(reader);
        var settings = OnnxEncoderState.ReadSettings(reader);
        var wanted = (TorchDevice)reader.ReadInt32();
        // Trained on CUDA, served without: the vectors agree but for rounding.
        LibTorch.Require();
        var device = wanted == TorchDevice.Cuda && cuda.is_available() ? TorchDevice.Cuda : TorchDevice.Cpu;
        var files = ModelFiles.Read(reader, source);
        var config = TransformerConfig.Parse(files[ModelFiles.Config], ModelFiles.Config);
        UInt128 hash = EncoderState.ReadHash(reader);
        bool stored = reader.ReadBoolean();
        string? path = null;
        TransformerWeights weights;
        if (stored)
        {
            using var tensors = SafeTensorsFile.Read(EncoderState.ReadBytes(reader), "the saved text encoder");
            weights = TransformerWeights.Read(tensors, LibTorch.Device(device));
        }
        else
        {
            path = reader.ReadString();
            if (!Directory.Exists(path))
                throw new DirectoryNotFoundException($"The saved pipeline uses the model folder '{path}' (it was fitted with StoreModel " +
                    "= false), which is not here. Put it there, or fit with StoreModel = true.");
            using var tensors = SafeTensorsFolder.Open(path);
            weights = TransformerWeights.Read(tensors, LibTorch.Device(device));
        }
        SentenceModel? model = null;
        try
        {
            Tensor? projection = reader.ReadBoolean()
                ? Projection(EncoderState.ReadFloats(reader), config.HiddenSize * settings.Pooling.Count, weights.Device)
                : null;
            model = new SentenceModel(
                TransformerModel.Create(config, weights), source.Create(), settings with { StoreModel = stored }, projection);
            if (!stored && HashOf(model) != hash)
                throw new InvalidDataException($"The model folder '{path}' is not the one the pipeline was fitted with: its hash " +
                    "differs. Put the right one there, or fit again.");
            return new TorchFittedEncoder(model, model.Settings, files, device, path, hash);
        }
        catch
        {
            model?.Dispose();
            weights.Dispose();
            throw;
        }
    }

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _model.Dispose();
    }

    private float[] Vectors(TokenBatch batch)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        return TensorTransfer.ToArray(_model.Embed(batch, _settings, PromptTokens));
    }

    private static Tensor Projection(float[] values, int pooled, Device device)
    {
        if (values.Length == 0 || values.Length % pooled != 0)
            throw new InvalidDataException($"The saved text encoder is damaged: a projection of {values.Length} values over {pooled}.");
        using var scope = NewDisposeScope();
        return TensorTransfer.ToTensor(values, [values.Length / pooled, pooled], device).DetachFromDisposeScope();
    }

    /// <summary>Hash of names, shapes and values of all tensors.</summary>
    private static UInt128 HashOf(SentenceModel model)
    {
        var hash = new XxHash128();
        var tensors = model.Model.Weights.Data();
        if (model.Projection is not null)
            tensors = tensors.Append(TensorTransfer.ToData("2_Dense", model.Projection, TensorType.F32));
        foreach (var tensor in tensors.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            hash.Append(MemoryMarshal.AsBytes(tensor.Name.AsSpan()));
            hash.Append(MemoryMarshal.AsBytes(tensor.Shape.AsSpan()));
            using var bytes = new MemoryStream();
            tensor.Write(bytes);
            hash.Append(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
        return hash.GetCurrentHashAsUInt128();
    }
}
