using HybridRec.MLNet.Accel;
using Microsoft.ML;

namespace HybridRec.MLNet.Data;

/// <summary>So many rated items of each user with enough of them.</summary>
internal static class RatedHoldoutSplitter
{
    public static InteractionSplit Split(IDataView view, RatedHoldoutOptions options, int seed)
    {
        var rows = SplitRows.Read(view, options, RatedHoldoutOptions.Stage, options.Last ? options.TimestampColumnName : null);
        int user = 0;
        foreach (int[] own in rows.ByUser())
        {
            var random = Xoshiro256.Stream(seed, user++);
            var pairs = rows.Pairs(options.Last ? [.. rows.InTime(own).Reverse()] : own);
            if (pairs.Count < options.MinimumRatings)
                continue;
            if (!options.Last)
                Shares.Choose(pairs, options.Count, ref random);
            rows.Assign(pairs.Take(options.Count).SelectMany(p => p), SplitPart.Test);
        }
        string which = options.Last ? "last" : FormattableString.Invariant($"random, seed {seed}");
        string protocol = FormattableString.Invariant(
            $"rated holdout, {options.Count} of each user with {options.MinimumRatings} or more ({which}), relevant from ") +
                FormattableString.Invariant($"{options.RelevanceThreshold}");
        return rows.ToSplit(validation: false, protocol) with { RelevanceThreshold = options.RelevanceThreshold };
    }
}
