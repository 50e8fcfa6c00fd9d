namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// Chooses the lambdas of L3AE at the best ridge of EASE, l_X + l_E: first how much of it is l_E, then the ridge of the texts. One inverse
/// serves all of them.
/// </summary>
internal static class TextChoice
{
    /// <summary>l_F where there is nothing to choose by.</summary>
    public const float UsualTextRidge = 10;

    private static readonly float[] s_shares = [0, 0.1f, 0.25f, 0.5f, 0.75f, 1, 1.25f, 1.5f, 2, 3];
    private static readonly float[] s_textRidges = [0.1f, 0.3f, 1, 3, 10, 30, 100, 300];

    /// <summary>The best lambdas.</summary>
    /// <param name="trial">What to choose by; EASE fits it exactly.</param>
    /// <param name="lambdaX">l_X where it is given, with <paramref name="lambdaE"/>.</param>
    /// <param name="lambdaF">l_F where it is given.</param>
    /// <param name="lambdaE">l_E where it is given.</param>
    public static (float LambdaX, float LambdaF, float LambdaE, double Ndcg) Best(
        FormTrial trial, float? lambdaX, float? lambdaF, float? lambdaE)
    {
        var ridges = new RidgeChoice(trial);
        float ridge = lambdaX + lambdaE ?? ridges.Best().Ridge;
        float[] vectors = trial.Fit.Vectors();
        float textRidge = lambdaF ?? UsualTextRidge;
        // The links bring the vectors to length 1, which the scores need.
        var text = new TextLinks(vectors, trial.Fit.Graph.ItemCount, textRidge, trial.Fit.Threads);
        RidgeScores[] scores = [.. ridges.At(ridge, vectors)];
        double Judge(TextLinks links, float share) => trial.Judge(scores.Select(fold => fold.TextAware(links, share * ridge)));

        float best;
        double ndcg;
        if (lambdaE is { } given)
            (best, ndcg) = (given / ridge, lambdaF is null ? 0 : Judge(text, given / ridge));
        else
            (best, ndcg) = GridClimb.Best(s_shares, Array.IndexOf(s_shares, 0.5f), s_shares.Length, share => Judge(text, share));
        if (lambdaF is null && best > 0)
        {
            (textRidge, ndcg) = GridClimb.Best(
                s_textRidges, Array.IndexOf(s_textRidges, UsualTextRidge), s_textRidges.Length,
                value => Judge(new TextLinks(vectors, trial.Fit.Graph.ItemCount, value, trial.Fit.Threads), best));
        }

        return lambdaX is { } x && lambdaE is { } e ? (x, textRidge, e, ndcg) : ((1 - best) * ridge, textRidge, best * ridge, ndcg);
    }
}
