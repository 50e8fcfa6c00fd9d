namespace HybridRec.MLNet.Text;

/// <summary>
/// What stays of an encoder that cannot be saved (a generator, a tokenizer given as code): its name, dimension and hash. The texts seen at
/// Fit have their vectors in the table; a new encoder may be attached for others.
/// </summary>
internal sealed class DetachedEncoder(string name, int dimension, UInt128 modelHash) : FittedEncoder
{
    public const string StateKind = "detached";

    public override string Kind => StateKind;

    public override string Name => name;

    public override int Dimension => dimension;

    public override UInt128 ModelHash => modelHash;

    public override bool CanEncode => false;

    public override void Encode(IReadOnlyList<string> texts, Memory<float> rows, int batchSize, CancellationToken cancellationToken) =>
        throw new InvalidOperationException(
            $"The encoder '{name}' was not saved with the model and is not attached: only texts seen at Fit have vectors. Call " +
            "LlmEmbeddingTransformer.Attach.");

    public override void Write(BinaryWriter writer) => WriteState(writer, this);

    public static void WriteState(BinaryWriter writer, FittedEncoder encoder)
    {
        writer.Write(encoder.Name);
        writer.Write(encoder.Dimension);
        EncoderState.WriteHash(writer, encoder.ModelHash);
    }

    public static DetachedEncoder Read(BinaryReader reader)
    {
        string name = reader.ReadString();
        int dimension = reader.ReadInt32();
        if (dimension < 1)
            throw new InvalidDataException($"The saved text encoder is damaged: dimension {dimension}.");
        return new DetachedEncoder(name, dimension, EncoderState.ReadHash(reader));
    }
}
