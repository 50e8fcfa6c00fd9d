namespace HybridRec.MLNet.Items;

/// <summary>The one rule for scores that are not numbers: NaN and -infinity rank last, +infinity first, and each is counted.</summary>
internal static class ScoreCleaning
{
    /// <summary>Replaces NaN and -infinity by <see cref="float.MinValue"/>, +infinity by <see cref="float.MaxValue"/>.</summary>
    /// <returns>How many were replaced.</returns>
    public static int MakeFinite(Span<float> scores)
    {
        var replaced = 0;
        foreach (ref var score in scores)
        {
            if (float.IsFinite(score))
                continue;
            score = score > 0 ? float.MaxValue : float.MinValue;
            replaced++;
        }
        return replaced;
    }

    /// <summary>As the other overload, for scorers that many threads use.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="total">Grows by the number of scores replaced.</param>
    public static void MakeFinite(Span<float> scores, ref long total)
    {
        int replaced = MakeFinite(scores);
        if (replaced > 0)
            Interlocked.Add(ref total, replaced);
    }
}
