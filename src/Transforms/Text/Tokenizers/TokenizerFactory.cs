namespace HybridRec.MLNet.Text;

/// <summary>Builds tokenizers: the one place that knows all kinds.</summary>
internal static class TokenizerFactory
{
    public static TextTokenizer Create(this TokenizerSource source) => source.Kind switch
    {
        TokenizerSource.Json => TokenizerJsonReader.Read(source),
        TokenizerSource.Vocabulary => BertVocabulary.Create(source),
        TokenizerSource.SentencePiece => new SentencePieceTextTokenizer(source),
        _ => throw new InvalidDataException(
            $"Unknown tokenizer kind '{source.Kind}' in a saved model: it was written by a newer version of HybridRec.MLNet."),
    };
}
