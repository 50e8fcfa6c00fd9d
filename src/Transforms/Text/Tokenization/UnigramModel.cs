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
        var model = new ProtobufWriter();
        for (int i = 0; i < pieces.Count; i++)
        {
            var piece = new ProtobufWriter();
            piece.Text(1, pieces[i].Piece);
            piece.Float(2, (float)pieces[i].Score);
            piece.Integer(3, i == unknownId ? Unknown : byteFallback && IsByte(pieces[i].Piece) ? Byte : Normal);
            model.Message(1, piece);
        }
        // Reading wants a begin and an end token to exist; they are never emitted, so names no text contains will do.
        int begin = pieces.Count;
        foreach (string name in (string[])["\u0001<begin>", "\u0001<end>"])
        {
            var control = new ProtobufWriter();
            control.Text(1, name);
            control.Float(2, 0f);
            control.Integer(3, Control);
            model.Message(1, control);
        }
        var trainer = new ProtobufWriter();
        trainer.Integer(3, 1);                       // model_type = UNIGRAM
        trainer.Integer(35, byteFallback ? 1 : 0);
        trainer.Integer(40, unknownId);
        trainer.Integer(41, begin);
        trainer.Integer(42, begin + 1);
        trainer.Integer(43, -1);
        trainer.Text(45, pieces[unknownId].Piece);
        trainer.Text(46, "\u0001<begin>");
        trainer.Text(47, "\u0001<end>");
        model.Message(2, trainer);
        var normalizer = new ProtobufWriter();
        normalizer.Text(1, "identity");
        normalizer.Integer(3, 0);                    // add_dummy_prefix
        normalizer.Integer(4, 0);                    // remove_extra_whitespaces
        normalizer.Integer(5, 0);                    // escape_whitespaces
        model.Message(3, normalizer);
        return model.ToArray();
    }

    private static bool IsByte(string piece) => piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal) && piece[5] == '>';
}
