using Microsoft.ML.Tokenizers;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Byte-pair merges through Microsoft.ML.Tokenizers; the pre-tokenizer has already mapped bytes to characters
/// where the model is byte-level.
/// </summary>
internal sealed class BpeModel : ITokenModel
{
    private readonly BpeTokenizer _tokenizer;
    private readonly IReadOnlyDictionary<string, int> _vocabulary;
    private readonly bool _ignoreMerges;

    public BpeModel(IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<string> merges, string? unknownToken, bool fuseUnknown,
        string? continuingPrefix, string? endOfWordSuffix, bool ignoreMerges)
    {
        _vocabulary = vocabulary;
        _ignoreMerges = ignoreMerges;
        _tokenizer = BpeTokenizer.Create(new BpeOptions(vocabulary)
        {
            Merges = merges,
            UnknownToken = unknownToken,
            FuseUnknownTokens = fuseUnknown,
            ContinuingSubwordPrefix = continuingPrefix,
            EndOfWordSuffix = endOfWordSuffix,
        });
        UnknownId = unknownToken is not null && vocabulary.TryGetValue(unknownToken, out int id) ? id : -1;
    }

    public int UnknownId { get; }

    public void Encode(string piece, List<int> ids)
    {
        if (_ignoreMerges && _vocabulary.TryGetValue(piece, out int whole))
            ids.Add(whole);
        else
            ids.AddRange(_tokenizer.EncodeToIds(piece, considerPreTokenization: false, considerNormalization: false));
    }
}
