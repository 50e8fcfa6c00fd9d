using System.Globalization;

namespace HybridRec.MLNet.Tests.Torch;

/// <summary>Texts of letters in which each letter follows from those beside it.</summary>
internal static class LetterTexts
{
    public static TextTokenizer Tokenizer { get; } =
        TextTokenizer.FromVocabulary([
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]",
            .. Enumerable.Range('a', 26).Select(c => ((char)c).ToString(CultureInfo.InvariantCulture))]);

    /// <summary>Runs of the alphabet that begin anywhere in the first or in the second half of it, and go round in that half.</summary>
    public static string[] Of(int count = 240, int length = 12, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            int half = i % 2 * 13, start = random.Next(13);
            return string.Join(' ', Enumerable.Range(0, length).Select(t => (char)('a' + half + (start + t) % 13)));
        })];
    }

    /// <summary>Texts of one letter each, as long as a sequence: what is left tells what is hidden.</summary>
    public static string[] Same(int count = 240) =>
        [.. Enumerable.Range(0, count).Select(i => string.Join(' ', Enumerable.Repeat((char)('a' + i % 26), Options().MaxTokens - 2)))];

    public static PretrainingOptions Options() => new()
    {
        Name = "letters",
        Dimension = 24,
        Layers = 1,
        Heads = 3,
        IntermediateSize = 32,
        MaxTokens = 16,
        ValidationFraction = 0.1,
        Training = new() { Epochs = 12, BatchSize = 8, LearningRate = 0.01, Patience = 12, Seed = 1 },
    };
}
