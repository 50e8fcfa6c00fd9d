using HybridRec.MLNet.Accel;
using Microsoft.ML;

namespace HybridRec.MLNet.Hosting;

/// <summary>Pairs of user and item that a stage keeps from its training, for those behind it.</summary>
internal static class HeldOutPairs
{
    /// <summary>
    /// The share to hold out where nobody says it: a tenth, and up to three of ten where fewer than 10,000 rows would leave too few to
    /// choose by. The stages behind serve what they are fitted on with all rows, so that nothing is lost by it.
    /// </summary>
    public static double Fraction(double? given, int positives) => given ?? Math.Clamp(1000.0 / Math.Max(1, positives), 0.1, 0.3);

    /// <summary>The pair of a row as one number, the form in which held-out pairs are kept.</summary>
    public static long PairOf(int user, int item) => ((long)user << 32) | (uint)item;

    /// <summary>The pairs of marked rows.</summary>
    public static HashSet<long> Of(InteractionRows rows, bool[] marked)
    {
        var pairs = new HashSet<long>();
        for (int row = 0; row < rows.Count; row++)
            if (marked[row])
                pairs.Add(PairOf(rows.Users[row], rows.Items[row]));
        return pairs;
    }

    /// <summary>The getter of the column that marks held-out rows.</summary>
    /// <param name="row">A row with both keys active.</param>
    /// <param name="user">The user key.</param>
    /// <param name="item">The item key.</param>
    /// <param name="isHeldOut">Whether a pair of keys, 0-based, is held out; null: none is, as no row without a key is.</param>
    public static ValueGetter<bool> Getter(
        DataViewRow row, DataViewSchema.Column user, DataViewSchema.Column item, Func<int, int, bool>? isHeldOut)
    {
        if (isHeldOut is null)
            return (ref bool value) => value = false;
        Func<int> userOf = CellReader.Key(row, user), itemOf = CellReader.Key(row, item);
        return (ref bool value) =>
        {
            (int u, int i) = (userOf(), itemOf());
            value = u >= 0 && i >= 0 && isHeldOut(u, i);
        };
    }

    /// <summary>Whether a pair is one of these; null where there are none.</summary>
    public static Func<int, int, bool>? Contains(HashSet<long>? pairs) =>
        pairs is null ? null : (user, item) => pairs.Contains(PairOf(user, item));

    /// <summary>A share of each user's distinct pairs; never all of them, or the user would be unknown in training.</summary>
    public static HashSet<long> Choose(InteractionRows rows, float? positiveThreshold, double? fraction, int seed)
    {
        double share = Fraction(fraction, rows.PositiveRows(positiveThreshold).Count());
        var pairs = new HashSet<long>();
        foreach (var own in rows.PositiveRows(positiveThreshold).Select(row => (User: rows.Users[row], Item: rows.Items[row])).Distinct()
            .GroupBy(pair => pair.User).OrderBy(group => group.Key))
        {
            int[] items = [.. own.Select(pair => pair.Item).Order()];
            var random = Xoshiro256.Stream(seed, 0, own.Key);
            random.Shuffle<int>(items);
            double wanted = items.Length * share;
            // The fraction is met on average for short lists too: 5 items at 0.1 hold out one for every second user.
            int count = (int)wanted + (random.NextDouble() < wanted - Math.Floor(wanted) ? 1 : 0);
            foreach (int item in items.Take(Math.Min(count, items.Length - 1)))
                pairs.Add(PairOf(own.Key, item));
        }
        return pairs;
    }
}
