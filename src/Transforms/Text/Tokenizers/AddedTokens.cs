namespace HybridRec.MLNet.Text;

/// <summary>One entry of "added_tokens".</summary>
internal sealed record AddedToken(int Id, string Content, bool SingleWord, bool TrimLeft, bool TrimRight, bool Normalized);

/// <summary>Finds added tokens in a text: leftmost first, the longest of those starting there.</summary>
internal sealed class AddedTokens
{
    private readonly AddedToken[] _tokens;

    public AddedTokens(IEnumerable<AddedToken> tokens)
    {
        _tokens = [.. tokens.Where(t => t.Content.Length > 0).OrderByDescending(t => t.Content.Length).ThenBy(t => t.Id)];
    }

    /// <summary>Cuts a text into pieces without added tokens (Token null) and added tokens.</summary>
    public IEnumerable<(string Text, AddedToken? Token)> Split(string text)
    {
        int start = 0;
        for (int at = 0; at < text.Length;)
        {
            var found = Find(text, at, out int index);
            if (found is null)
                break;
            int from = index, to = index + found.Content.Length;
            while (found.TrimLeft && from > start && char.IsWhiteSpace(text[from - 1]))
                from--;
            while (found.TrimRight && to < text.Length && char.IsWhiteSpace(text[to]))
                to++;
            if (from > start)
                yield return (text[start..from], null);
            yield return (found.Content, found);
            start = at = to;
        }
        if (start < text.Length)
            yield return (text[start..], null);
    }

    private AddedToken? Find(string text, int start, out int index)
    {
        AddedToken? best = null;
        index = text.Length;
        foreach (var token in _tokens)
        {
            for (int at = start; at < index; at++)
            {
                at = text.IndexOf(token.Content, at, StringComparison.Ordinal);
                if (at < 0 || at >= index)
                    break;
                if (token.SingleWord && !IsWholeWord(text, at, token.Content.Length))
                    continue;
                (best, index) = (token, at);
                break;
            }
        }
        return best;
    }

    private static bool IsWholeWord(string text, int at, int length) =>
        (at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (at + length == text.Length || !char.IsLetterOrDigit(text[at + length]));
}
