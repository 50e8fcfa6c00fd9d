using Google.Protobuf;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>Writes a SentencePiece model as its trainer does: unknown 0, begin 1, end 2.</summary>
internal static class SentencePieceBuilder
{
    public static byte[] Unigram((string Piece, float Score)[] pieces) => Message(model =>
    {
        for (int i = 0; i < pieces.Length; i++)
        {
            var (name, score) = pieces[i];
            int type = i == 0 ? 2 : i < 3 ? 3 : 1;
            Nested(model, 1, piece =>
            {
                Text(piece, 1, name);
                piece.WriteTag(2, WireFormat.WireType.Fixed32);
                piece.WriteFloat(score);
                Number(piece, 3, type);
            });
        }
        Nested(model, 2, trainer =>
        {
            Number(trainer, 3, 1);
            Number(trainer, 40, 0);
            Number(trainer, 41, 1);
            Number(trainer, 42, 2);
            Text(trainer, 45, "<unk>");
            Text(trainer, 46, "<s>");
            Text(trainer, 47, "</s>");
        });
        Nested(model, 3, normalizer =>
        {
            Text(normalizer, 1, "identity");
            Number(normalizer, 3, 1);
            Number(normalizer, 4, 1);
            Number(normalizer, 5, 1);
        });
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using var message = new CodedOutputStream(stream);
        write(message);
        message.Flush();
        return stream.ToArray();
    }

    private static void Nested(CodedOutputStream message, int field, Action<CodedOutputStream> write)
    {
        message.WriteTag(field, WireFormat.WireType.LengthDelimited);
        message.WriteBytes(ByteString.CopyFrom(Message(write)));
    }

    private static void Text(CodedOutputStream message, int field, string text)
    {
        message.WriteTag(field, WireFormat.WireType.LengthDelimited);
        message.WriteString(text);
    }

    private static void Number(CodedOutputStream message, int field, int value)
    {
        message.WriteTag(field, WireFormat.WireType.Varint);
        message.WriteInt32(value);
    }
}
