using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Torch;

/// <summary>What a tuning learns from: pairs of texts, their tokens, and which of them judge.</summary>
/// <param name="Pairs">The pairs.</param>
/// <param name="Tokens">Tokens of each text.</param>
/// <param name="Examples">Pairs whose texts both have tokens.</param>
/// <param name="LogShare">
/// ln of the share of the pairs whose positive a text is, which is how often it is a negative; null where nothing is corrected by it.
/// </param>
internal sealed record TuningData(TextPairs Pairs, int[][] Tokens, TrainingExamples Examples, float[]? LogShare)
{
    /// <exception cref="InvalidOperationException">Fewer than 2 pairs are left.</exception>
    public static TuningData Of(LoraTuning options, TorchFittedEncoder start, TextPairs pairs)
    {
        int[][] tokens = TokenBatches.Tokenize(start.Model.Tokenizer, start.Settings, pairs.Texts);
        int[] usable = [.. Enumerable.Range(0, pairs.Pairs.Count)
            .Where(p => tokens[pairs.Pairs[p].Anchor].Length > 0 && tokens[pairs.Pairs[p].Positive].Length > 0)];
        // A batch of a single pair has no negatives.
        var examples = TrainingExamples.Divide(
            usable, options.Quality is null ? options.ValidationFraction : 0, least: 2, options.PairsPerEpoch, options.Training);
        if (examples.Train.Length < 2)
        {
            throw new InvalidOperationException(
                $"{LoraTuning.Stage}: {examples.Train.Length} pairs of texts are left to train on; at least 2 are needed. Give more " +
                "interactions, or a smaller ValidationFraction.");
        }

        return new TuningData(pairs, tokens, examples, options.SamplingBiasCorrection > 0 ? LogShareOf(pairs, usable) : null);
    }

    private static float[] LogShareOf(TextPairs pairs, int[] usable)
    {
        int[] counts = new int[pairs.Texts.Count];
        foreach (int pair in usable)
            counts[pairs.Pairs[pair].Positive]++;
        return Array.ConvertAll(counts, count => (float)Math.Log(Math.Max(1, count) / (double)usable.Length));
    }
}
