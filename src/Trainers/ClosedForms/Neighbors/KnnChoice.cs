namespace HybridRec.MLNet.ClosedForms;

/// <summary>Chooses the settings of KNN that are open: the similarity, then how many neighbors, then the shrinkage.</summary>
internal static class KnnChoice
{
    private const float UsualNeighbors = 100;
    private const float UsualShrinkage = 10;

    private static readonly float[] s_neighbors = [20, 50, 100, 200, 500];
    private static readonly float[] s_shrinkages = [0, 3, 10, 30, 100];

    /// <summary>The settings; null: open.</summary>
    internal readonly record struct Settings(int? Neighbors, KnnSimilarity? Similarity, float? Shrinkage);

    /// <summary>Those where there is nothing to choose by.</summary>
    public static Settings Usual(Settings asked) => new(
        asked.Neighbors ?? (int)UsualNeighbors, asked.Similarity ?? KnnSimilarity.Cosine, asked.Shrinkage ?? UsualShrinkage);

    /// <summary>The best settings on what is held back.</summary>
    /// <param name="asked">What is not open.</param>
    /// <param name="form">Makes the form of settings.</param>
    /// <param name="trial">What to choose by.</param>
    public static TriedForm Best(Settings asked, Func<Settings, ClosedFormSettings> form, FormTrial trial)
    {
        var chosen = Usual(asked);
        double best = double.NaN;
        if (asked.Similarity is null)
        {
            chosen = Enum.GetValues<KnnSimilarity>().Select(similarity => chosen with { Similarity = similarity })
                .MaxBy(settings => trial.Judge(form(settings).Solve));
        }

        if (asked.Neighbors is null)
        {
            float neighbors;
            (neighbors, best) = GridClimb.Best(
                s_neighbors, Array.IndexOf(s_neighbors, UsualNeighbors), s_neighbors.Length,
                value => trial.Judge(form(chosen with { Neighbors = (int)value }).Solve));
            chosen = chosen with { Neighbors = (int)neighbors };
        }

        if (asked.Shrinkage is null)
        {
            float shrinkage;
            (shrinkage, best) = GridClimb.Best(
                s_shrinkages, Array.IndexOf(s_shrinkages, UsualShrinkage), s_shrinkages.Length,
                value => trial.Judge(form(chosen with { Shrinkage = value }).Solve));
            chosen = chosen with { Shrinkage = shrinkage };
        }

        var settled = form(chosen);
        return new(settled, double.IsNaN(best) ? trial.Judge(settled.Solve) : best);
    }
}
