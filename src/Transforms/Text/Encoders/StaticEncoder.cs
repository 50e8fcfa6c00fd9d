using System.Globalization;
using System.Numerics.Tensors;

namespace HybridRec.MLNet.Text;

/// <summary>
/// A static embedding model (model2vec): e = (1/n) sum_t w_t E[m_t] over the known tokens t, then scaled to length 1 where the model says so.
/// </summary>
internal sealed class StaticEncoder : FittedEncoder
{
    public const string StateKind = "static";

    readonly byte[] _weightsFile;
    readonly TextTokenizer _tokenizer;
    readonly bool _normalize;
    readonly int _maxTokens;
    readonly string _prompt;
    readonly float[] _embeddings;
    readonly int[]? _mapping;
    readonly float[]? _weights;
    readonly int _vocabulary;

    public StaticEncoder(string name, byte[] weightsFile, TokenizerSource tokenizer, bool normalize, int maxTokens, string prompt)
        : this(name, weightsFile, tokenizer.Create(), normalize, maxTokens, prompt)
    {
    }

    StaticEncoder(string name, byte[] weightsFile, TextTokenizer tokenizer, bool normalize, int maxTokens, string prompt)
    {
        (Name, _weightsFile, _tokenizer, _normalize, _maxTokens, _prompt) = (name, weightsFile, tokenizer, normalize, maxTokens, prompt);
        var file = SafeTensorsFile.Read(weightsFile, "model.safetensors");
        string table = file.Contains("embeddings") ? "embeddings" : file.Contains("embedding.weight") ? "embedding.weight" : "embeddings";
        long[] shape = file.Shape(table);
        if (shape.Length != 2 || shape[0] < 1 || shape[1] < 1)
            throw new InvalidDataException($"'model.safetensors': the table '{table}' has the shape [{string.Join(", ", shape)}]; expected [rows, dimension].");
        Dimension = (int)shape[1];
        _embeddings = file.Floats(table);
        _mapping = file.Contains("mapping") ? file.Integers("mapping") : null;
        _weights = file.Contains("weights") ? file.Floats("weights") : null;
        _vocabulary = _mapping?.Length ?? (int)shape[0];
        if (_weights is not null && _weights.Length != _vocabulary)
            throw new InvalidDataException($"'model.safetensors': {_weights.Length} weights for {_vocabulary} tokens.");
        if (_mapping is not null && Array.Exists(_mapping, m => m < 0 || m >= shape[0]))
            throw new InvalidDataException($"'model.safetensors': the mapping points outside of the table's {shape[0]} rows.");
        ModelHash = TextKey.Combine(TextKey.OfBytes(weightsFile), string.Create(CultureInfo.InvariantCulture,
            $"{TextKey.OfBytes(tokenizer.Source!.Bytes):x32}|{normalize}|{maxTokens}|{prompt}"));
    }

    public override string Kind => StateKind;

    public override string Name { get; }

    public override int Dimension { get; }

    public override UInt128 ModelHash { get; }

    public override bool IsCostly => false;

    public StaticEncoder With(int? maxTokens, string? prompt) =>
        maxTokens is null && prompt is null ? this : new(Name, _weightsFile, _tokenizer, _normalize, maxTokens ?? _maxTokens, prompt ?? _prompt);

    public override void Encode(IReadOnlyList<string> texts, Memory<float> rows, int batchSize, CancellationToken cancellationToken)
    {
        int unknown = _tokenizer is PipelineTokenizer pipeline ? pipeline.Model.UnknownId : -1;
        for (int i = 0; i < texts.Count; i++)
        {
            if ((i & 255) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var row = rows.Span.Slice(i * Dimension, Dimension);
            row.Clear();
            int count = 0;
            foreach (int token in _tokenizer.EncodeCore(_prompt + texts[i], _maxTokens, specialTokens: false))
            {
                if (token == unknown || (uint)token >= (uint)_vocabulary)
                    continue;
                int at = _mapping is null ? token : _mapping[token];
                TensorPrimitives.MultiplyAdd(_embeddings.AsSpan(at * Dimension, Dimension), _weights is null ? 1 : _weights[token], row, row);
                count++;
            }
            if (count > 0)
                TensorPrimitives.Divide(row, count, row);
            if (_normalize)
                TokenPooling.Normalize(row);
        }
    }

    public override void Write(BinaryWriter writer)
    {
        writer.Write(Name);
        writer.Write(_weightsFile.Length);
        writer.Write(_weightsFile);
        _tokenizer.Source!.Write(writer);
        writer.Write(_normalize);
        writer.Write(_maxTokens);
        writer.Write(_prompt);
    }

    public static StaticEncoder Read(BinaryReader reader)
    {
        string name = reader.ReadString();
        byte[] weights = EncoderState.ReadBytes(reader);
        var tokenizer = TokenizerSource.Read(reader);
        return new StaticEncoder(name, weights, tokenizer, reader.ReadBoolean(), reader.ReadInt32(), reader.ReadString());
    }
}
