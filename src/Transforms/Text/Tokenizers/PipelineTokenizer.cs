namespace HybridRec.MLNet.Text;

/// <summary>
/// The pipeline of Hugging Face tokenizers: added tokens are cut out, the rest is normalized, cut into words and encoded; then come the
/// special tokens of the model (post-processor), whose room is reserved before the text is cut off.
/// </summary>
internal sealed class PipelineTokenizer(TokenizerSource source, INormalizer? normalizer, IPreTokenizer? preTokenizer, ITokenModel model,
    SpecialTokens special, IReadOnlyList<AddedToken> added, int paddingId) : TextTokenizer
{
    private readonly AddedTokens _raw = new(added.Where(t => !t.Normalized));
    private readonly AddedTokens _normalized = new(added.Where(t => t.Normalized)
        .Select(t => normalizer is null ? t : t with { Content = normalizer.Normalize(t.Content) }));

    public override int PaddingId => paddingId;

    internal override TokenizerSource? Source => source;

    internal ITokenModel Model => model;

    internal int TrailingTokens => special.After.Length;

    internal override int[] EncodeCore(string text, int maxTokens, bool specialTokens)
    {
        int reserved = specialTokens ? special.Before.Length + special.After.Length : 0;
        int room = Math.Max(0, maxTokens - reserved);
        var ids = new List<int>();
        if (specialTokens)
            ids.AddRange(special.Before);
        int limit = room > int.MaxValue - ids.Count ? int.MaxValue : ids.Count + room;
        foreach (var (part, token) in _raw.Split(text))
        {
            if (token is not null)
                ids.Add(token.Id);
            else
                EncodePart(part, ids, limit);
            if (ids.Count >= limit)
                break;
        }
        if (ids.Count > limit)
            ids.RemoveRange(limit, ids.Count - limit);
        if (specialTokens)
            ids.AddRange(special.After);
        if (ids.Count > maxTokens)
            ids.RemoveRange(maxTokens, ids.Count - maxTokens);
        return [.. ids];
    }

    private void EncodePart(string part, List<int> ids, int limit)
    {
        string normal = normalizer?.Normalize(part) ?? part;
        var words = new List<string>();
        foreach (var (text, token) in _normalized.Split(normal))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
                continue;
            }
            words.Clear();
            if (preTokenizer is null)
                words.Add(text);
            else
                preTokenizer.Split(text, words);
            foreach (string word in words)
            {
                if (ids.Count >= limit)
                    return;
                if (word.Length > 0)
                    EncodeWord(word, ids);
            }
        }
    }

    private void EncodeWord(string word, List<int> ids)
    {
        try
        {
            model.Encode(word, ids);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"The tokenizer cannot encode '{word}': its vocabulary is damaged or does not fit its merges " +
                $"({e.Message}). Fetch the file again.", e);
        }
    }
}

/// <summary>What the post-processor puts around a single text.</summary>
internal readonly record struct SpecialTokens(int[] Before, int[] After);
