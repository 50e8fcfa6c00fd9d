using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Training;
using Microsoft.Extensions.AI;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>
/// Looks up the vector of a text. Texts not seen at Fit are encoded when met and remembered up to a bound; a blank text, and an unseen one
/// where the encoder could not be saved, has the zero vector of full width, unless <see cref="LlmEmbeddingOptions.ItemColumnName"/> finds
/// the text of a known item. Safe for use by several threads.
/// </summary>
public sealed class LlmEmbeddingTransformer : RowTransformer, IDisposable
{
    internal const string StateKind = StageNames.LlmEmbedding;
    private const int Version = 3; // 2: the column Holdout. 3: the texts of known items.

    private readonly string _input, _output;
    private readonly int _batchSize, _recentTexts;
    private readonly int? _maxTokens;
    private readonly string? _prompt;
    private readonly EmbeddingTable _table;
    private readonly TunedHoldout? _holdout;
    private readonly KnownTexts? _known;
    private readonly RecentVectors _recent;
    private FittedEncoder _encoder;
    private int _warned;
    private bool _disposed;

    internal LlmEmbeddingTransformer(
        IHostEnvironment env, LlmEmbeddingOptions options, FittedEncoder encoder, EmbeddingTable table, TunedHoldout? holdout = null,
        KnownTexts? known = null)
        : base(env, StateKind)
    {
        (_holdout, _known) = (holdout, known);
        (_input, _output, _batchSize, _recentTexts) = (
            options.InputColumnName, options.OutputColumnName, options.BatchSize, options.RecentTexts);
        (_maxTokens, _prompt) = (options.MaxTokens, options.Prompt);
        (_encoder, _table) = (encoder, table);
        _recent = new RecentVectors(_recentTexts);
    }

    /// <summary>Length of a vector.</summary>
    public int Dimension => _table.Dimension;

    /// <summary>How many distinct texts were encoded at Fit.</summary>
    public int TextCount => _table.Count;

    /// <summary>Name of the encoder: <c>lexical</c>, the model's folder or file, or the generator's model id.</summary>
    public string EncoderName => Volatile.Read(ref _encoder).Name;

    /// <summary>What making the encoder INT8 at Fit changed; null if it was not asked for, and after loading.</summary>
    public QuantizationReport? Quantization { get; internal init; }

    /// <summary>What compressing the token table at Fit changed; null if it was not asked for, and after loading.</summary>
    public TableCompressionReport? TableCompression { get; internal init; }

    /// <summary>What encodes texts not seen at Fit.</summary>
    internal FittedEncoder Encoder => Volatile.Read(ref _encoder);

    /// <summary>The text column it reads.</summary>
    internal string InputColumnName => _input;

    /// <summary>The vector column it writes.</summary>
    internal string OutputColumnName => _output;

    internal override string Kind => StateKind;

    // Without a Holdout column the state is that of version 1.
    internal override int StateVersion => _known is not null ? Version : _holdout is null ? 1 : 2;

    /// <summary>
    /// Gives a loaded transformer an encoder for texts not seen at Fit, where it could not be saved (a
    /// generator, a tokenizer given as code).
    /// </summary>
    /// <param name="encoder">The encoder the pipeline was fitted with: same name, same dimension.</param>
    /// <exception cref="ArgumentException">It is another encoder.</exception>
    public void Attach(TextEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        FittedEncoder current = Volatile.Read(ref _encoder);
        FittedEncoder next = encoder.Ready is null
            ? throw new ArgumentException(
                "A lexical or distilled encoder is fitted on the items' texts and saved with the model; there is nothing to attach.",
                nameof(encoder))
            : encoder.Fit([], _maxTokens, _prompt, CancellationToken.None);
        if (next.Dimension != Dimension || next.ModelHash != current.ModelHash)
        {
            string found = $"'{next.Name}' with {next.Dimension} dimensions";
            next.Dispose();
            throw new ArgumentException(
                $"The pipeline was fitted with '{current.Name}', {Dimension} dimensions; given is {found}, another one. Attach the same.",
                nameof(encoder));
        }
        Volatile.Write(ref _encoder, next);
        _recent.Clear();
        current.Dispose();
    }

    /// <summary>
    /// Writes the fitted encoder, made INT8 or distilled, as a folder that <see cref="TextEncoder.FromFolder"/> reads; see
    /// <see cref="TextEncoder.Save"/>.
    /// </summary>
    /// <param name="folder">The folder; made if it is not there.</param>
    /// <exception cref="NotSupportedException">The encoder is no model of files (lexical, a generator), or its tokenizer
    /// was given as code.</exception>
    public void SaveEncoder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Volatile.Read(ref _encoder).Save(folder);
    }

    /// <summary>The fitted encoder as a generator of Microsoft.Extensions.AI, with the vectors of the texts seen at Fit at hand.</summary>
    public IEmbeddingGenerator<string, Embedding<float>> AsEmbeddingGenerator() => new EncoderGenerator(EncoderName, Dimension, EncodeMany);

    /// <summary>Closes the model of the encoder; views and engines over this transformer must not be read any more.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _encoder.Dispose();
    }

    internal override IReadOnlyList<OutputColumn> Bind(DataViewSchema input)
    {
        var column = SchemaColumns.Require(input, _input, StateKind, ColumnKinds.Text);
        DataViewSchema.Column? item = _known?.Bind(input);
        int[] inputs = item is { } key ? [column.Index, key.Index] : [column.Index];
        var vector = new OutputColumn(
            _output, new VectorDataViewType(NumberDataViewType.Single, Dimension), Annotations: null, inputs,
            row => MakeGetter(row, column.Index, item));
        return _holdout is null ? [vector] : [vector, _holdout.Bind(input)];
    }

    internal override void WriteState(BinaryWriter writer)
    {
        writer.Write(_input);
        writer.Write(_output);
        writer.Write(_batchSize);
        writer.Write(_recentTexts);
        writer.Write(_maxTokens ?? 0);
        writer.Write(_prompt is not null);
        writer.Write(_prompt ?? "");
        writer.Write(Dimension);
        EncoderKinds.Write(writer, _encoder);
        _table.Write(writer);
        if (_known is null)
            return;
        writer.Write(_holdout is not null);
        _known.Write(writer);
    }

    [ModuleInitializer]
    internal static void RegisterReader() => ModelIo.Register(StateKind, Version, (env, version, reader, _) =>
    {
        var options = new LlmEmbeddingOptions
        {
            InputColumnName = reader.ReadString(),
            OutputColumnName = reader.ReadString(),
            BatchSize = reader.ReadInt32(),
            RecentTexts = reader.ReadInt32(),
            MaxTokens = reader.ReadInt32() is > 0 and int limit ? limit : null,
            Prompt = ReadOptional(reader),
        };
        options.Validate();
        int dimension = reader.ReadInt32();
        var encoder = EncoderKinds.Read(reader);
        if (encoder.Dimension != dimension)
            throw new InvalidDataException(
                $"The saved text encoder gives {encoder.Dimension} dimensions, its table {dimension}: the model is damaged.");
        EmbeddingTable table = EmbeddingTable.Read(reader, dimension);
        bool holdsOut = version == 2 || (version == Version && reader.ReadBoolean());
        return new LlmEmbeddingTransformer(
            env, options, encoder, table, holdsOut ? TunedHoldout.Serving : null, version == Version ? KnownTexts.Read(reader) : null);
    });

    private static string? ReadOptional(BinaryReader reader)
    {
        bool present = reader.ReadBoolean();
        string text = reader.ReadString();
        return present ? text : null;
    }

    private ValueGetter<VBuffer<float>> MakeGetter(DataViewRow row, int inputIndex, DataViewSchema.Column? item)
    {
        Func<int>? itemOf = item is { } key ? CellReader.Key(row, row.Schema[key.Index]) : null;
        var getter = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[inputIndex]);
        ReadOnlyMemory<char> text = default;
        return (ref VBuffer<float> destination) =>
        {
            getter(ref text);
            var editor = VBufferEditor.Create(ref destination, Dimension);
            if (itemOf is null || !TextKey.IsBlank(text.Span) || !_known!.TryGet(itemOf(), out UInt128 known)
                || !_table.TryCopy(known, editor.Values))
                Lookup(text, editor.Values);
            destination = editor.Commit();
        };
    }

    private void Lookup(ReadOnlyMemory<char> text, Span<float> destination)
    {
        if (TextKey.IsBlank(text.Span))
        {
            destination.Clear();
            return;
        }
        UInt128 key = TextKey.Of(text.Span);
        if (_table.TryCopy(key, destination) || _recent.TryCopy(key, destination))
            return;
        FittedEncoder encoder = Volatile.Read(ref _encoder);
        float[] vector = new float[Dimension];
        if (encoder.CanEncode)
            encoder.Encode([text.ToString()], vector, 1, CancellationToken.None);
        else
            WarnOnce($"'{encoder.Name}' was not saved with the model: texts not seen at Fit have the zero vector. Attach an encoder " +
                "(LlmEmbeddingTransformer.Attach).");
        if (!TensorPrimitives.IsFiniteAll<float>(vector))
        {
            WarnOnce($"'{encoder.Name}' gave a vector that is not finite; it is taken as zero.");
            Array.Clear(vector);
        }
        _recent.Add(key, vector);
        vector.CopyTo(destination);
    }

    /// <summary>The vectors of texts: those seen at Fit are looked up, the others encoded.</summary>
    /// <param name="texts">Texts, none blank.</param>
    /// <param name="rows">Receives texts x <see cref="Dimension"/>.</param>
    /// <param name="cancellationToken">Stops the encoder.</param>
    internal void EncodeMany(IReadOnlyList<string> texts, Memory<float> rows, CancellationToken cancellationToken)
    {
        int d = Dimension;
        var missing = new List<int>();
        for (int i = 0; i < texts.Count; i++)
        {
            UInt128 key = TextKey.Of(texts[i]);
            if (!_table.TryCopy(key, rows.Span.Slice(i * d, d)) && !_recent.TryCopy(key, rows.Span.Slice(i * d, d)))
                missing.Add(i);
        }
        if (missing.Count == 0)
            return;
        float[] encoded = new float[missing.Count * d];
        Volatile.Read(ref _encoder).Encode([.. missing.Select(i => texts[i])], encoded, _batchSize, cancellationToken);
        for (int i = 0; i < missing.Count; i++)
            encoded.AsSpan(i * d, d).CopyTo(rows.Span.Slice(missing[i] * d, d));
    }

    private void WarnOnce(string message)
    {
        if (Interlocked.Exchange(ref _warned, 1) != 0)
            return;
        using var channel = Host.Start("Transform");
        channel.Warning(MessageSensitivity.None, message);
    }
}
