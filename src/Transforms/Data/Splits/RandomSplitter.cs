using HybridRec.MLNet.Accel;
using Microsoft.ML;

namespace HybridRec.MLNet.Data;

/// <summary>A random share of each user's interactions.</summary>
internal static class RandomSplitter
{
    public static InteractionSplit Split(IDataView view, RandomSplitOptions options, int seed)
    {
        var rows = SplitRows.Read(view, options, RandomSplitOptions.Stage);
        int user = 0;
        foreach (int[] own in rows.ByUser())
        {
            var random = Xoshiro256.Stream(seed, user++);
            var pairs = options.KeepPairsTogether ? rows.Pairs(own) : own.Select(row => new List<int> { row }).ToList();
            int test = Math.Min(Shares.Of(pairs.Count, options.TestFraction), Math.Max(0, pairs.Count - 1));
            int validation = Math.Min(Shares.Of(pairs.Count, options.ValidationFraction), Math.Max(0, pairs.Count - 1 - test));
            Shares.Choose(pairs, test + validation, ref random);
            rows.Assign(pairs.Take(test).SelectMany(p => p), SplitPart.Test);
            rows.Assign(pairs.Skip(test).Take(validation).SelectMany(p => p), SplitPart.Validation);
        }
        double train = 1 - options.TestFraction - options.ValidationFraction;
        return rows.ToSplit(options.ValidationFraction > 0, FormattableString.Invariant(
            $"random split per user, {train:0.##}:{options.ValidationFraction:0.##}:{options.TestFraction:0.##} ") +
                FormattableString.Invariant($"(train:validation:test), seed {seed}"));
    }
}
