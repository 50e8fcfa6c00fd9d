namespace HybridRec.MLNet.Evaluation;

/// <summary>
/// G = sum over items in ascending order of x_i, i = 1..n, of (2 i - n - 1) x_i / (n * sum of x) with x_i how often item i was recommended:
/// 0 when every item is recommended equally often, (n - 1) / n when only one is.
/// Source: Fleder, Hosanagar, Blockbuster culture's next rise or fall, Management Science 2009.
/// </summary>
internal static class GiniIndex
{
    /// <summary>The index; NaN when nothing was recommended.</summary>
    /// <param name="timesRecommended">By item, how many users got it.</param>
    public static double Of(ReadOnlySpan<int> timesRecommended)
    {
        var ascending = timesRecommended.ToArray();
        Array.Sort(ascending);
        double weighted = 0, total = 0;
        for (var i = 0; i < ascending.Length; i++)
        {
            weighted += (2.0 * (i + 1) - ascending.Length - 1) * ascending[i];
            total += ascending[i];
        }
        return total == 0 ? double.NaN : weighted / (ascending.Length * total);
    }
}
