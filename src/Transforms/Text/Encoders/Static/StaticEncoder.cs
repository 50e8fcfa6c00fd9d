using System.Globalization;
using System.Numerics.Tensors;
using HybridRec.MLNet.Compression;
using HybridRec.MLNet.Files;

namespace HybridRec.MLNet.Text;

/// <summary>
/// A static embedding model (model2vec): e = (1/n) sum_t w_t E[m_t] over the known tokens t, then scaled to
/// length 1 where the model says so.
/// </summary>
internal sealed class StaticEncoder : FittedEncoder
{
    public const string StateKind = "static", CompressedStateKind = "static-compressed";

    private readonly byte[] _weightsFile;
    private readonly TextTokenizer _tokenizer;
    private readonly bool _normalize;
    private readonly int _maxTokens;
    private readonly string _prompt;
    private readonly StaticTable _table;

    /// <summary>The table's embeddings as they are saved; null to save the file.</summary>
    private readonly byte[]? _compressed;

    public StaticEncoder(string name, byte[] weightsFile, TokenizerSource tokenizer, bool normalize, int maxTokens, string prompt)
        : this(name, weightsFile, tokenizer.Create(), normalize, maxTokens, prompt, compressed: null)
    {
    }

    private StaticEncoder(
        string name, byte[] weightsFile, TextTokenizer tokenizer, bool normalize, int maxTokens, string prompt, byte[]? compressed)
    {
        (Name, _weightsFile, _tokenizer, _normalize, _maxTokens, _prompt, _compressed) = (
            name, weightsFile, tokenizer, normalize, maxTokens, prompt, compressed);
        _table = StaticTable.Read(weightsFile);
        ModelHash = TextKey.Combine(TextKey.OfBytes(weightsFile), string.Create(CultureInfo.InvariantCulture,
            $"{TextKey.OfBytes(tokenizer.Source!.Bytes):x32}|{normalize}|{maxTokens}|{prompt}"));
    }

    public override string Kind => _compressed is null ? StateKind : CompressedStateKind;

    public override string Name { get; }

    public override int Dimension => _table.Dimension;

    public override UInt128 ModelHash { get; }

    public override bool IsCostly => false;

    public StaticEncoder With(int? maxTokens, string? prompt) =>
        maxTokens is null && prompt is null
            ? this
            : new(Name, _weightsFile, _tokenizer, _normalize, maxTokens ?? _maxTokens, prompt ?? _prompt, _compressed);

    /// <summary>The same model with its table pruned and rounded, to be saved small.</summary>
    public (StaticEncoder Encoder, TableCompressionReport Report) Compress(TableCompressionOptions options)
    {
        float[] embeddings = [.. _table.Embeddings];
        var (compressed, report) = CompressedTable.Store(embeddings, options);
        return (
            new(Name, (_table with { Embeddings = embeddings }).ToFile(), _tokenizer, _normalize, _maxTokens, _prompt, compressed), report);
    }

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
                if (token == unknown || (uint)token >= (uint)_table.Vocabulary)
                    continue;
                int at = _table.Mapping is { } mapping ? mapping[token] : token;
                TensorPrimitives.MultiplyAdd(
                    _table.Embeddings.AsSpan(at * Dimension, Dimension), _table.Weights is { } weights ? weights[token] : 1, row, row);
                count++;
            }
            if (count > 0)
                TensorPrimitives.Divide(row, count, row);
            if (_normalize)
                TokenPooling.Normalize(row);
        }
    }

    public override void Save(string folder)
    {
        EncoderFiles.WriteCommon(
            folder, _tokenizer.Source!, _maxTokens, _prompt, ["StaticEmbedding", .. _normalize ? ["Normalize"] : Array.Empty<string>()]);
        EncoderFiles.WriteJson(
            folder, "config.json", new() { ["model_type"] = "model2vec", ["normalize"] = _normalize, ["hidden_dim"] = Dimension });
        WholeFile.Write(Path.Combine(folder, "model.safetensors"), stream => stream.Write(_weightsFile));
    }

    public override void Write(BinaryWriter writer)
    {
        writer.Write(Name);
        if (_compressed is null)
            WriteBytes(writer, _weightsFile);
        else
        {
            writer.Write(Dimension);
            EncoderState.WriteIntegers(writer, _table.Mapping ?? []);
            EncoderState.WriteFloats(writer, _table.Weights ?? []);
            WriteBytes(writer, _compressed);
        }
        _tokenizer.Source!.Write(writer);
        writer.Write(_normalize);
        writer.Write(_maxTokens);
        writer.Write(_prompt);
    }

    public static StaticEncoder Read(BinaryReader reader)
    {
        string name = reader.ReadString();
        return Read(reader, name, EncoderState.ReadBytes(reader), compressed: null);
    }

    public static StaticEncoder ReadCompressed(BinaryReader reader)
    {
        string name = reader.ReadString();
        int dimension = reader.ReadInt32();
        int[] mapping = EncoderState.ReadIntegers(reader);
        float[] weights = EncoderState.ReadFloats(reader);
        byte[] compressed = EncoderState.ReadBytes(reader);
        float[] embeddings = CompressedTable.Load(compressed);
        if (dimension < 1 || embeddings.Length == 0 || embeddings.Length % dimension != 0)
            throw new InvalidDataException(
                $"The saved token table is damaged: {embeddings.Length} values in rows of {dimension}. Save the model again.");
        var table = new StaticTable(embeddings, dimension, mapping.Length == 0 ? null : mapping, weights.Length == 0 ? null : weights);
        return Read(reader, name, table.ToFile(), compressed);
    }

    private static StaticEncoder Read(BinaryReader reader, string name, byte[] weightsFile, byte[]? compressed)
    {
        var tokenizer = TokenizerSource.Read(reader).Create();
        return new StaticEncoder(name, weightsFile, tokenizer, reader.ReadBoolean(), reader.ReadInt32(), reader.ReadString(), compressed);
    }

    private static void WriteBytes(BinaryWriter writer, byte[] bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }
}
