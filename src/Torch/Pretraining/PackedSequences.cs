using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// Texts as sequences of nearly one length: [CLS] a [SEP] b c [SEP] ..., long texts in several pieces (the "full sentences" of RoBERTa).
/// </summary>
internal static class PackedSequences
{
    /// <summary>Fewer tokens of a text at the end of a sequence teach nothing: the text goes into the next.</summary>
    private const int LeastPiece = 4;

    /// <param name="texts">The corpus; blank ones are left out.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="vocabulary">Knows the special tokens.</param>
    /// <param name="maxTokens">Longest sequence.</param>
    /// <param name="seed">Seed of the order in which texts become neighbors.</param>
    /// <param name="cancellation">Checked between texts.</param>
    public static int[][] Of(
        IEnumerable<string> texts, TextTokenizer tokenizer, MaskingVocabulary vocabulary, int maxTokens, int seed,
        CancellationToken cancellation)
    {
        var tokenized = new List<int[]>();
        foreach (string text in texts)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] tokens = tokenizer.EncodeCore(text ?? "", int.MaxValue, specialTokens: false);
            if (tokens.Length > 0)
                tokenized.Add(tokens);
        }
        int[][] order = [.. tokenized];
        Xoshiro256.Stream(seed, 0, 1).Shuffle<int[]>(order);

        var sequences = new List<int[]>();
        var open = new List<int> { vocabulary.Begin };
        foreach (int[] tokens in order)
            for (int from = 0; from < tokens.Length;)
            {
                int room = maxTokens - open.Count - 1, count = Math.Min(room, tokens.Length - from);
                if (count < Math.Min(LeastPiece, tokens.Length - from))
                {
                    Close();
                    continue;
                }
                open.AddRange(tokens.AsSpan(from, count));
                open.Add(vocabulary.End);
                from += count;
            }
        if (open.Count > 1)
            Close();
        return [.. sequences];

        void Close()
        {
            sequences.Add([.. open]);
            open.Clear();
            open.Add(vocabulary.Begin);
        }
    }
}
