using HybridRec.MLNet.Accel;
using Microsoft.ML;

namespace HybridRec.MLNet.Data;

/// <summary>All interactions with a random share of the items.</summary>
internal static class ColdItemSplitter
{
    public static InteractionSplit Split(IDataView view, ColdItemSplitOptions options, int seed)
    {
        var rows = SplitRows.Read(view, options, ColdItemSplitOptions.Stage);
        var items = Enumerable.Range(0, rows.ItemCount).ToList();
        int count = Math.Min(Shares.Of(items.Count, options.ItemFraction), Math.Max(0, items.Count - 1));
        var random = Xoshiro256.Stream(seed);
        Shares.Choose(items, count, ref random);
        var cold = items.Take(count).ToHashSet();
        for (int row = 0; row < rows.Count; row++)
        {
            if (cold.Contains(rows.Items[row]))
                rows.Parts[row] = SplitPart.Test;
        }
        return rows.ToSplit(
            validation: false,
            FormattableString.Invariant($"cold items, {options.ItemFraction:0.##} of the items never in training, seed {seed}"));
    }
}
