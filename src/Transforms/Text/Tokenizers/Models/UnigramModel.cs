using Google.Protobuf;
using Microsoft.ML.Tokenizers;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Unigram (most likely segmentation) through Microsoft.ML.Tokenizers, which reads SentencePiece's protobuf only: the pieces and scores of
/// tokenizer.json are written as one, with the normalization switched off (the normalizer and pre-tokenizer have done it).
/// </summary>
internal sealed class UnigramModel : ITokenModel
{
    private const int Normal = 1, Unknown = 2, Control = 3, Byte = 6;

    private readonly SentencePieceTokenizer _tokenizer;

    public UnigramModel(IReadOnlyList<(string Piece, double Score)> pieces, int unknownId, bool byteFallback)
    {
        UnknownId = unknownId;
        using var stream = new MemoryStream(WriteModel(pieces, unknownId, byteFallback));
        _tokenizer = SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false);
    }

    public int UnknownId { get; }

    public void Encode(string piece, List<int> ids) =>
        ids.AddRange(_tokenizer.EncodeToIds(piece, addBeginningOfSentence: false, addEndOfSentence: false,
            considerPreTokenization: false, considerNormalization: false));

    /// <summary>sentencepiece_model.proto: pieces = 1 {piece 1, score 2, type 3}, trainer_spec = 2, normalizer_spec = 3.</summary>
    private static byte[] WriteModel(IReadOnlyList<(string Piece, double Score)> pieces, int unknownId, bool byteFallback)
    {
        // Reading wants a begin and an end token to exist; they are never emitted, so names no text contains will do.
        const string BeginName = "\u0001<begin>", EndName = "\u0001<end>";
        using var stream = new MemoryStream();
        using var model = new CodedOutputStream(stream);
        for (int i = 0; i < pieces.Count; i++)
            WritePiece(
                model, pieces[i].Piece, (float)pieces[i].Score,
                i == unknownId ? Unknown : byteFallback && IsByte(pieces[i].Piece) ? Byte : Normal);
        int begin = pieces.Count;
        WritePiece(model, BeginName, 0, Control);
        WritePiece(model, EndName, 0, Control);
        WriteMessage(model, 2, trainer =>
        {
            WriteNumber(trainer, 3, 1);                       // model_type = UNIGRAM
            WriteNumber(trainer, 35, byteFallback ? 1 : 0);
            WriteNumber(trainer, 40, unknownId);
            WriteNumber(trainer, 41, begin);
            WriteNumber(trainer, 42, begin + 1);
            WriteNumber(trainer, 43, -1);
            WriteText(trainer, 45, pieces[unknownId].Piece);
            WriteText(trainer, 46, BeginName);
            WriteText(trainer, 47, EndName);
        });
        WriteMessage(model, 3, normalizer =>
        {
            WriteText(normalizer, 1, "identity");
            WriteNumber(normalizer, 3, 0);                    // add_dummy_prefix
            WriteNumber(normalizer, 4, 0);                    // remove_extra_whitespaces
            WriteNumber(normalizer, 5, 0);                    // escape_whitespaces
        });
        model.Flush();
        return stream.ToArray();
    }

    private static void WritePiece(CodedOutputStream model, string name, float score, int type)
    {
        const int Tags = 3, ScoreBytes = 4;
        model.WriteTag(1, WireFormat.WireType.LengthDelimited);
        model.WriteLength(Tags + CodedOutputStream.ComputeStringSize(name) + ScoreBytes + CodedOutputStream.ComputeInt32Size(type));
        WriteText(model, 1, name);
        model.WriteTag(2, WireFormat.WireType.Fixed32);
        model.WriteFloat(score);
        WriteNumber(model, 3, type);
    }

    private static void WriteMessage(CodedOutputStream model, int field, Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using var message = new CodedOutputStream(stream);
        write(message);
        message.Flush();
        model.WriteTag(field, WireFormat.WireType.LengthDelimited);
        model.WriteBytes(ByteString.CopyFrom(stream.GetBuffer(), 0, (int)stream.Length));
    }

    private static void WriteText(CodedOutputStream message, int field, string text)
    {
        message.WriteTag(field, WireFormat.WireType.LengthDelimited);
        message.WriteString(text);
    }

    private static void WriteNumber(CodedOutputStream message, int field, int value)
    {
        message.WriteTag(field, WireFormat.WireType.Varint);
        message.WriteInt32(value);
    }

    private static bool IsByte(string piece) => piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal) && piece[5] == '>';
}
