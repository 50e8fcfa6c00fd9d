namespace HybridRec.MLNet.Text;

/// <summary>Reads and writes fitted encoders inside the state of a saved transformer: the one place that knows all kinds.</summary>
internal static class EncoderKinds
{
    public static void Write(BinaryWriter writer, FittedEncoder encoder)
    {
        writer.Write(encoder.Kind);
        encoder.Write(writer);
    }

    public static FittedEncoder Read(BinaryReader reader) => reader.ReadString() switch
    {
        LexicalEncoder.StateKind => LexicalEncoder.Read(reader),
        OnnxEncoder.StateKind => OnnxEncoder.Read(reader),
        StaticEncoder.StateKind => StaticEncoder.Read(reader),
        StaticEncoder.CompressedStateKind => StaticEncoder.ReadCompressed(reader),
        DetachedEncoder.StateKind => DetachedEncoder.Read(reader),
        string other => EncoderState.ReaderOf(other)(reader),
    };
}
