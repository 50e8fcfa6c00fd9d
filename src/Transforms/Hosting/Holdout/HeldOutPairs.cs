using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Hosting;

/// <summary>Pairs of user and item that a stage keeps from its training, for those behind it.</summary>
internal static class HeldOutPairs
{
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

    /// <summary>A share of each user's distinct pairs; never all of them, or the user would be unknown in training.</summary>
    public static HashSet<long> Choose(InteractionRows rows, float? positiveThreshold, double fraction, int seed)
    {
        var pairs = new HashSet<long>();
        foreach (var own in rows.PositiveRows(positiveThreshold).Select(row => (User: rows.Users[row], Item: rows.Items[row])).Distinct()
            .GroupBy(pair => pair.User).OrderBy(group => group.Key))
        {
            int[] items = [.. own.Select(pair => pair.Item).Order()];
            var random = Xoshiro256.Stream(seed, 0, own.Key);
            random.Shuffle<int>(items);
            double wanted = items.Length * fraction;
            // The fraction is met on average for short lists too: 5 items at 0.1 hold out one for every second user.
            int count = (int)wanted + (random.NextDouble() < wanted - Math.Floor(wanted) ? 1 : 0);
            foreach (int item in items.Take(Math.Min(count, items.Length - 1)))
                pairs.Add(PairOf(own.Key, item));
        }
        return pairs;
    }
}
