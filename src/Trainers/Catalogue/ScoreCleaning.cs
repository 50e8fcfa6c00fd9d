namespace HybridRec.MLNet.Catalogues;

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
}
