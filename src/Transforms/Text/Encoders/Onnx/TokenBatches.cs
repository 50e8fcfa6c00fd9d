namespace HybridRec.MLNet.Text;

/// <summary>Tokenized texts of one run of a model, padded on the right to one length.</summary>
/// <param name="Texts">Index of each text among all of them.</param>
/// <param name="Lengths">Tokens of each text; what lies beyond is padding.</param>
/// <param name="Ids">Count x <paramref name="Length"/> token ids.</param>
/// <param name="Mask">The same shape: 1 for a token, 0 for padding.</param>
/// <param name="Length">Tokens of the longest.</param>
internal sealed record TokenBatch(int[] Texts, int[] Lengths, long[] Ids, long[] Mask, int Length)
{
    public int Count => Texts.Length;
}

/// <summary>Tokenizes texts and cuts them into batches of like length, longest first.</summary>
internal static class TokenBatches
{
    public static int[][] Tokenize(TextTokenizer tokenizer, OnnxEncoderSettings settings, IReadOnlyList<string> texts)
    {
        int[][] tokens = new int[texts.Count][];
        for (int i = 0; i < tokens.Length; i++)
            tokens[i] = tokenizer.EncodeCore(settings.Prompt + texts[i], settings.MaxTokens, specialTokens: true);
        return tokens;
    }

    /// <summary>
    /// Tokens in front of a text that pooling leaves out: all of the prompt's but the closing special one, where
    /// the prompt does not take part.
    /// </summary>
    public static int PromptTokens(TextTokenizer tokenizer, OnnxEncoderSettings settings)
    {
        if (settings.IncludePrompt || settings.Prompt.Length == 0)
            return 0;
        int trailing = tokenizer is PipelineTokenizer pipeline ? pipeline.TrailingTokens : 0;
        return Math.Max(0, tokenizer.EncodeCore(settings.Prompt, int.MaxValue, specialTokens: true).Length - trailing);
    }

    /// <summary>Batches of the texts that have tokens.</summary>
    /// <param name="tokens">Tokens of each text.</param>
    /// <param name="paddingId">Fills the shorter ones.</param>
    /// <param name="batchSize">Texts in a batch at most.</param>
    /// <param name="canPad">Whether texts of different length may share a batch.</param>
    public static IEnumerable<TokenBatch> Of(int[][] tokens, int paddingId, int batchSize, bool canPad)
    {
        int[] order = [.. Enumerable.Range(0, tokens.Length).Where(i => tokens[i].Length > 0).OrderByDescending(i => tokens[i].Length)
            .ThenBy(i => i)];
        for (int start = 0; start < order.Length;)
        {
            int length = tokens[order[start]].Length, end = start + 1;
            while (end < order.Length && end - start < batchSize && (canPad || tokens[order[end]].Length == length))
                end++;
            yield return Batch(tokens, order[start..end], paddingId);
            start = end;
        }
    }

    /// <summary>One batch of given texts, none without tokens.</summary>
    public static TokenBatch Batch(int[][] tokens, int[] texts, int paddingId)
    {
        int[] lengths = Array.ConvertAll(texts, t => tokens[t].Length);
        int length = lengths.Max();
        long[] ids = new long[texts.Length * length], mask = new long[ids.Length];
        Array.Fill(ids, paddingId);
        for (int b = 0; b < texts.Length; b++)
            for (int t = 0; t < lengths[b]; t++)
                (ids[b * length + t], mask[b * length + t]) = (tokens[texts[b]][t], 1);
        return new TokenBatch(texts, lengths, ids, mask, length);
    }
}
