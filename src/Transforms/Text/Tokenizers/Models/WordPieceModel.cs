using System.Text;
using Microsoft.ML.Tokenizers;

namespace HybridRec.MLNet.Text;

/// <summary>WordPiece (greedy longest match) through Microsoft.ML.Tokenizers.</summary>
internal sealed class WordPieceModel : ITokenModel
{
    private readonly WordPieceTokenizer _tokenizer;

    /// <remarks>The vocabulary holds the token of every id, in id order.</remarks>
    public WordPieceModel(IReadOnlyList<string> vocabulary, string unknownToken, string continuingPrefix, int maxCharactersPerWord)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', vocabulary) + "\n"));
        _tokenizer = WordPieceTokenizer.Create(stream, new WordPieceOptions
        {
            UnknownToken = unknownToken,
            ContinuingSubwordPrefix = continuingPrefix,
            MaxInputCharsPerWord = maxCharactersPerWord,
        });
    }

    public int UnknownId => _tokenizer.UnknownTokenId;

    public void Encode(string piece, List<int> ids) =>
        ids.AddRange(_tokenizer.EncodeToIds(piece, considerPreTokenization: false, considerNormalization: false));
}
