namespace HybridRec.MLNet.Text;

internal sealed class DelegateTokenizer(Func<string, IReadOnlyList<int>> encode, int paddingId) : TextTokenizer
{
    public override int PaddingId => paddingId;

    internal override TokenizerSource? Source => null;

    internal override int[] EncodeCore(string text, int maxTokens, bool specialTokens)
    {
        var ids = encode(text)
            ?? throw new InvalidOperationException("The tokenizer delegate returned null; it must return the ids of the text.");
        return [.. ids.Take(maxTokens)];
    }
}
