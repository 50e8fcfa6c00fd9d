using Microsoft.ML.Tokenizers;

namespace HybridRec.MLNet.Text;

/// <summary>
/// A SentencePiece .model without tokenizer.json. The file does not say which special tokens the encoder wants, nor that XLM-RoBERTa shifts
/// all ids by one: the tokenizer class of tokenizer_config.json does, so an unknown class is refused.
/// </summary>
internal sealed class SentencePieceTextTokenizer : TextTokenizer
{
    private readonly SentencePieceTokenizer _tokenizer;
    private readonly int _shift;
    private readonly int[] _before = [], _after = [];

    public SentencePieceTextTokenizer(TokenizerSource source)
    {
        Source = source;
        try
        {
            using var stream = new MemoryStream(source.Bytes);
            _tokenizer = SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException(
                $"The SentencePiece model ({source.Bytes.Length} bytes) cannot be read: {e.Message} Fetch the file again.", e);
        }
        switch (source.Family.Replace("Fast", "", StringComparison.Ordinal))
        {
            case "XLMRobertaTokenizer":
                (_shift, _before, _after, PaddingId) = (1, [0], [2], 1); // fairseq: <s> 0, <pad> 1, </s> 2, <unk> 3, then piece id + 1
                break;
            case "T5Tokenizer":
                _after = [_tokenizer.EndOfSentenceId];
                break;
            case "LlamaTokenizer":
                _before = [_tokenizer.BeginningOfSentenceId];
                break;
            case "":
                break;
            default:
                throw new NotSupportedException(
                    $"The tokenizer class '{source.Family}' is not read from a SentencePiece file; known are XLMRobertaTokenizer, " +
                    "T5Tokenizer and LlamaTokenizer. Add the tokenizer.json of the model to the folder " +
                    "(AutoTokenizer.from_pretrained(...).save_pretrained(...) writes it).");
        }
    }

    public override int PaddingId { get; }

    internal override TokenizerSource? Source { get; }

    internal override int[] EncodeCore(string text, int maxTokens, bool specialTokens)
    {
        int reserved = specialTokens ? _before.Length + _after.Length : 0;
        var ids = _tokenizer.EncodeToIds(text, addBeginningOfSentence: false, addEndOfSentence: false);
        var pieces = ids.Take(Math.Max(0, maxTokens - reserved))
            .Select(id => _shift == 0 ? id : id == _tokenizer.UnknownId ? 3 : id + _shift);
        int[] all = specialTokens ? [.. _before, .. pieces, .. _after] : [.. pieces];
        return all.Length > maxTokens ? all[..maxTokens] : all;
    }
}
