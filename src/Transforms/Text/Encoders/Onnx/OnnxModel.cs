using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace HybridRec.MLNet.Text;

/// <summary>
/// An open ONNX Runtime session with its origin. Shared by an encoder and the transformers fitted with it, and closed when the last of them
/// is disposed. Runs are safe on several threads.
/// </summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    // Libraries do not write to the console: what goes wrong comes back as an exception.
    private readonly RunOptions _runOptions = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
    private int _references = 1;

    private OnnxModel(InferenceSession session, string? path, byte[]? bytes, UInt128 hash, EncoderOptions options)
    {
        _session = session;
        (Path, Bytes, Hash) = (path, bytes, hash);
        try
        {
            Signature = OnnxSignature.Probe(session, options);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>Where the model was read from; null if it came out of a saved pipeline.</summary>
    public string? Path { get; }

    /// <summary>The model itself, when it came out of a saved pipeline.</summary>
    public byte[]? Bytes { get; }

    public UInt128 Hash { get; }

    public OnnxSignature Signature { get; }

    public static OnnxModel Open(string path, EncoderOptions options)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no ONNX file '{path}'. Check the path.", path);
        path = System.IO.Path.GetFullPath(path);
        // Opened by path, not from memory, so that weights in external files are found beside it.
        return new OnnxModel(
            Start(() => new InferenceSession(path, Settings(options)), $"'{path}'"), path, bytes: null, HashOf(path), options);
    }

    /// <param name="bytes">The model; not changed afterwards.</param>
    /// <param name="options">Names and threads.</param>
    /// <param name="what">Says in messages which model it is.</param>
    public static OnnxModel Open(byte[] bytes, EncoderOptions options, string what = "in the saved pipeline") =>
        new(Start(() => new InferenceSession(bytes, Settings(options)), what), path: null, bytes, TextKey.OfBytes(bytes), options);

    public static UInt128 HashOf(string path)
    {
        var hash = new System.IO.Hashing.XxHash128();
        using var stream = File.OpenRead(path);
        hash.Append(stream);
        return hash.GetCurrentHashAsUInt128();
    }

    /// <summary>The bytes of the model, for saving.</summary>
    public byte[] ReadBytes()
    {
        if (Bytes is not null)
            return Bytes;
        string folder = System.IO.Path.GetDirectoryName(Path!)!;
        string[] external = [.. Directory.GetFiles(folder)
            .Where(f => f != Path && System.IO.Path.GetFileName(f).StartsWith(System.IO.Path.GetFileName(Path!), StringComparison.Ordinal)
                && f.EndsWith("data", StringComparison.Ordinal))];
        if (external.Length > 0)
            throw new NotSupportedException(
                $"'{Path}' keeps its weights in '{System.IO.Path.GetFileName(external[0])}', so that a saved pipeline cannot hold the " +
                "model. Set EncoderOptions.StoreModel = false: the pipeline then holds its path and hash.");
        byte[] bytes = File.ReadAllBytes(Path!);
        return TextKey.OfBytes(bytes) == Hash ? bytes
            : throw new InvalidDataException(
                $"'{Path}' was changed after it was opened: the pipeline was fitted with another model. Fit it again.");
    }

    public OnnxModel AddReference()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _references) == 0, this);
        Interlocked.Increment(ref _references);
        return this;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            Close();
    }

    /// <summary>Runs a batch. The result is [batch, width] or [batch, tokens, width] by <see cref="OnnxSignature.IsPooled"/>.</summary>
    /// <param name="ids">batch x tokens ids.</param>
    /// <param name="mask">batch x tokens: 1 for a token, 0 for padding.</param>
    /// <param name="batch">Number of texts.</param>
    /// <param name="tokens">Length they are padded to.</param>
    public float[] Run(long[] ids, long[] mask, int batch, int tokens)
    {
        using var outputs = Run(ids, mask, batch, tokens, [Signature.Output]);
        return Floats(outputs[0], batch, tokens);
    }

    /// <summary>Runs a batch for single numbers that the graph gives, as a model does whose inner values are watched.</summary>
    public float[] RunScalars(long[] ids, long[] mask, int batch, int tokens, IReadOnlyCollection<string> names)
    {
        using var outputs = Run(ids, mask, batch, tokens, names);
        return [.. outputs.Select(o => o.GetTensorDataAsSpan<float>()[0])];
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(long[] ids, long[] mask, int batch, int tokens, IReadOnlyCollection<string> outputs)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _references) <= 0, this);
        List<string> names = [Signature.InputIds];
        List<OrtValue> values = [Tensor(Signature.InputIds, ids, batch, tokens)];
        try
        {
            if (Signature.AttentionMask is { } maskName)
            {
                names.Add(maskName);
                values.Add(Tensor(maskName, mask, batch, tokens));
            }
            if (Signature.TokenTypeIds is { } typesName)
            {
                names.Add(typesName);
                values.Add(Tensor(typesName, new long[ids.Length], batch, tokens));
            }
            return _session.Run(_runOptions, names, values, outputs);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidOperationException(
                $"The ONNX model failed on {batch} texts of {tokens} tokens: {e.Message} If it takes fewer tokens, set MaxTokens; if it " +
                "has other tokens, check the tokenizer.", e);
        }
        finally
        {
            values.ForEach(v => v.Dispose());
        }
    }

    private float[] Floats(OrtValue output, int batch, int tokens)
    {
        var info = output.GetTensorTypeAndShape();
        long[] shape = info.Shape;
        bool fits = shape.Length == (Signature.IsPooled ? 2 : 3) && shape[0] == batch && (Signature.IsPooled || shape[1] == tokens);
        if (!fits)
            throw new InvalidOperationException(
                $"The ONNX output '{Signature.Output}' has the shape [{string.Join(", ", shape)}] for {batch} texts of {tokens} tokens; " +
                "expected [batch, dimension] or [batch, tokens, dimension]. Set OutputName.");
        return info.ElementDataType == TensorElementType.Float16
            ? Array.ConvertAll(output.GetTensorDataAsSpan<Float16>().ToArray(), v => (float)v)
            : output.GetTensorDataAsSpan<float>().ToArray();
    }

    private OrtValue Tensor(string name, long[] values, int batch, int tokens) =>
        _session.InputMetadata[name].ElementDataType == TensorElementType.Int32
            ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, v => (int)v), [batch, tokens])
            : OrtValue.CreateTensorValueFromMemory(values, [batch, tokens]);

    private void Close()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }

    private static SessionOptions Settings(EncoderOptions options)
    {
        options.Validate();
        return new SessionOptions { IntraOpNumThreads = options.Threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
    }

    /// <summary>Translates what ONNX Runtime throws into what to do about it.</summary>
    internal static InferenceSession Start(Func<InferenceSession> open, string what)
    {
        try
        {
            return open();
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException(
                $"The file {what} is no ONNX model that ONNX Runtime can read: {e.Message} Fetch or export it again.", e);
        }
        catch (Exception e)
            when (e is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new InvalidOperationException(
                "The native ONNX Runtime cannot be loaded. HybridRec.MLNet references the managed part only, so that the application " +
                "picks the native one: add the package Microsoft.ML.OnnxRuntime (CPU), .Gpu or .DirectML to it. The runtime said: " +
                $"{e.GetBaseException().Message}", e);
        }
    }
}
