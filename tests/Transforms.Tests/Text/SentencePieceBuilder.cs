using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>Writes a SentencePiece model as its trainer does: unknown 0, begin 1, end 2.</summary>
internal static class SentencePieceBuilder
{
    public static byte[] Unigram((string Piece, float Score)[] pieces)
    {
        var model = new ProtobufWriter();
        for (int i = 0; i < pieces.Length; i++)
        {
            var piece = new ProtobufWriter();
            piece.Text(1, pieces[i].Piece);
            piece.Float(2, pieces[i].Score);
            piece.Integer(3, i == 0 ? 2 : i < 3 ? 3 : 1);
            model.Message(1, piece);
        }
        var trainer = new ProtobufWriter();
        trainer.Integer(3, 1);
        trainer.Integer(40, 0);
        trainer.Integer(41, 1);
        trainer.Integer(42, 2);
        trainer.Text(45, "<unk>");
        trainer.Text(46, "<s>");
        trainer.Text(47, "</s>");
        model.Message(2, trainer);
        var normalizer = new ProtobufWriter();
        normalizer.Text(1, "identity");
        normalizer.Integer(3, 1);
        normalizer.Integer(4, 1);
        normalizer.Integer(5, 1);
        model.Message(3, normalizer);
        return model.ToArray();
    }
}
