namespace HybridRec.MLNet.Text;

/// <summary>An encoder that is ready to encode: what a transformer holds and saves. Safe for use by several threads.</summary>
internal abstract class FittedEncoder : IDisposable
{
    /// <summary>Texts in one run of a model where nobody says how many.</summary>
    public const int DefaultBatchSize = 32;

    /// <summary>Name of its saved form, see <see cref="EncoderState"/>.</summary>
    public abstract string Kind { get; }

    /// <summary>Name for logs and metadata.</summary>
    public abstract string Name { get; }

    public abstract int Dimension { get; }

    // Each encoder spells out what it hashes, not by OptionsFingerprint: the hash stands in saved models and names the files of caches, so
    // a setting that is renamed or added and changes no vector must leave it as it is.
    /// <summary>Equal hashes give equal vectors: model, tokenizer and every setting that changes a vector.</summary>
    public abstract UInt128 ModelHash { get; }

    /// <summary>False for a table whose encoder is not at hand (a generator after loading).</summary>
    public virtual bool CanEncode => true;

    /// <summary>Whether vectors are costly enough to be kept on disk.</summary>
    public virtual bool IsCostly => true;

    /// <summary>Encodes texts, none of them blank.</summary>
    /// <param name="texts">n texts.</param>
    /// <param name="rows">n x <see cref="Dimension"/> values, row-major; overwritten.</param>
    /// <param name="batchSize">Texts at a time, where the encoder works in batches.</param>
    /// <param name="cancellationToken">Checked between batches.</param>
    public abstract void Encode(IReadOnlyList<string> texts, Memory<float> rows, int batchSize, CancellationToken cancellationToken);

    public abstract void Write(BinaryWriter writer);

    /// <summary>Writes the files that <see cref="TextEncoder.FromFolder"/> reads.</summary>
    public virtual void Save(string folder) =>
        throw new NotSupportedException($"The encoder '{Name}' is no model of files; a folder can be written of ONNX and static ones.");

    public virtual void Dispose()
    {
    }
}
