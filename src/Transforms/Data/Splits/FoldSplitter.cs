using HybridRec.MLNet.Accel;
using Microsoft.ML;

namespace HybridRec.MLNet.Data;

/// <summary>Each user's items dealt to folds.</summary>
internal static class FoldSplitter
{
    internal const string Stage = "CrossValidationSplit";

    public static InteractionSplit[] Split(IDataView view, SplitOptions columns, int folds, int seed)
    {
        var rows = SplitRows.Read(view, columns, Stage);
        byte[][] parts = [.. Enumerable.Range(0, folds).Select(_ => new byte[rows.Count])];
        int user = 0;
        foreach (int[] own in rows.ByUser())
        {
            var random = Xoshiro256.Stream(seed, user++);
            var pairs = rows.Pairs(own);
            if (pairs.Count < 2)
                continue; // a single item is trained on in every fold
            Shares.Choose(pairs, pairs.Count, ref random);
            // Where a user has fewer items than there are folds, chance says which folds get one.
            int first = random.NextInt32(folds);
            for (int pair = 0; pair < pairs.Count; pair++)
            {
                foreach (int row in pairs[pair])
                    parts[(first + pair) % folds][row] = SplitPart.Test;
            }
        }
        if (parts.Any(part => !part.AsSpan().Contains(SplitPart.Test)))
            throw new ArgumentException($"{Stage}: {folds} folds are more than the data have items to divide among them. Take fewer.");
        return [.. parts.Select((part, fold) => new InteractionSplit(
            new RowFilterView(view, part, SplitPart.Train),
            new RowFilterView(view, part, SplitPart.Test),
            FormattableString.Invariant($"fold {fold + 1} of {folds}, each user's items dealt at random (seed {seed})")))];
    }
}
