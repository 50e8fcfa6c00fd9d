using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Torch;

/// <summary>A batch with tokens hidden.</summary>
/// <param name="Batch">The ids as the model sees them.</param>
/// <param name="Places">Places of the chosen tokens in the ids.</param>
/// <param name="Targets">The ids that were there.</param>
internal sealed record MaskedBatch(TokenBatch Batch, long[] Places, long[] Targets)
{
    private const double Hidden = 0.8, Replaced = 0.9;

    /// <summary>Hides tokens of a batch in place.</summary>
    /// <param name="batch">The batch; its ids are changed.</param>
    /// <param name="vocabulary">What may be hidden, and by what.</param>
    /// <param name="fraction">Share of the tokens that are chosen; at least one is.</param>
    /// <param name="seed">Seed of what is drawn.</param>
    /// <param name="stream">With the next, which stream of it.</param>
    /// <param name="draw">See <paramref name="stream"/>.</param>
    public static MaskedBatch Of(TokenBatch batch, MaskingVocabulary vocabulary, double fraction, int seed, int stream, int draw)
    {
        var random = Xoshiro256.Stream(seed, stream, draw);
        int[] words = [.. Enumerable.Range(0, batch.Ids.Length).Where(at => batch.Mask[at] != 0 && !vocabulary.IsSpecial(batch.Ids[at]))];
        if (words.Length == 0)
            return new MaskedBatch(batch, [], []);
        List<long> places = [], targets = [];
        int sure = words[random.NextInt32(words.Length)];
        foreach (int at in words)
        {
            bool chosen = random.NextDouble() < fraction;
            if (!chosen && at != sure)
                continue;
            places.Add(at);
            targets.Add(batch.Ids[at]);
            double how = random.NextDouble();
            if (how < Hidden)
                batch.Ids[at] = vocabulary.Mask;
            else if (how < Replaced)
                batch.Ids[at] = vocabulary.RandomWord(ref random);
        }
        return new MaskedBatch(batch, [.. places], [.. targets]);
    }
}
