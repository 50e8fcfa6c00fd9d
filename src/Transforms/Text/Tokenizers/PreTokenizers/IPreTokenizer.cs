namespace HybridRec.MLNet.Text;

/// <summary>Cuts one piece of text into smaller ones (the "pre_tokenizer" of tokenizer.json).</summary>
internal interface IPreTokenizer
{
    void Split(string piece, List<string> pieces);
}
