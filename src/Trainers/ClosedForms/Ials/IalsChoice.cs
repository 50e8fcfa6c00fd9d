using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// Chooses the settings of iALS that are open: with short vectors and few sweeps first the regularization, then the weight of what is not
/// observed, then how long vectors may be.
/// </summary>
internal static class IalsChoice
{
    /// <summary>Numbers of a vector where there is nothing to choose by, and in the choice of the other settings.</summary>
    public const int UsualDimension = 64;

    /// <summary>The weight where there is nothing to choose by.</summary>
    public const float UsualWeight = 0.3f;

    /// <summary>The regularization where there is nothing to choose by.</summary>
    public const float UsualRegularization = 0.01f;

    // More items need longer vectors and less regularization.
    private const int FirstDimension = 128;
    private const float FirstRegularization = 0.005f;

    // Settings that are ahead after so many sweeps stay ahead.
    private const int TrialEpochs = 5;

    // Of a trial: half a minute of a core. Not measured, so that the choice is the same on any machine.
    private const double MostOperations = 1e12;

    // The weight of all items together that the published settings have, .1 of 20,000 and .05 of 41,000.
    private const double UsualWeightOfAll = 1500;

    private static readonly float[] s_regularizations = [0.001f, 0.002f, 0.005f, 0.01f, 0.02f, 0.05f];
    private static readonly float[] s_weights = [0.03f, 0.1f, 0.3f, 1];
    private static readonly float[] s_dimensions = [64, 128, 256, 512];

    /// <summary>One fit that tells whether the choice is worth its cost.</summary>
    public static ClosedFormSettings First(FilterFit fit) => ClosedForm.Ials(
        (int)Math.Min(FirstDimension, IalsForm.MostWithin(fit)), WeightOf(fit.Graph.ItemCount), FirstRegularization, epochs: TrialEpochs);

    /// <summary>The best settings on what is held back.</summary>
    public static TriedForm Best(IalsForm form, FormTrial trial)
    {
        long fits = IalsForm.MostWithin(trial.Fit);
        float[] dimensions = [.. s_dimensions.Where(d => d <= fits && Operations(trial.Fit.Graph, (int)d) * TrialEpochs <= MostOperations)];
        float weight = form.UnobservedWeight ?? WeightOf(trial.Fit.Graph.ItemCount);
        var chosen = form with
        {
            Dimension = form.Dimension ?? (int)Math.Max(1, Math.Min(UsualDimension, fits)),
            UnobservedWeight = weight,
            Regularization = form.Regularization ?? UsualRegularization,
        };
        var known = new Dictionary<IalsForm, double>();
        double Judge(IalsForm one)
        {
            if (!known.TryGetValue(one, out double ndcg))
                known[one] = ndcg = trial.Judge((one with { Epochs = Math.Min(TrialEpochs, one.Epochs) }).Solve);
            return ndcg;
        }

        if (form.Regularization is null)
        {
            chosen = chosen with
            {
                Regularization = Climb(s_regularizations, UsualRegularization, v => chosen with { Regularization = v }),
            };
        }

        if (form.UnobservedWeight is null)
            chosen = chosen with { UnobservedWeight = Climb(s_weights, weight, v => chosen with { UnobservedWeight = v }) };
        if (form.Dimension is null && dimensions.Length > 1)
            chosen = chosen with { Dimension = (int)Climb(dimensions, dimensions[0], v => chosen with { Dimension = (int)v }) };
        return new(chosen, Judge(chosen));

        float Climb(float[] grid, float start, Func<float, IalsForm> with) =>
            GridClimb.Best(grid, Array.IndexOf(grid, start), grid.Length, value => Judge(with(value))).Value;
    }

    private static float WeightOf(int items) => s_weights.MinBy(value => Math.Abs(Math.Log(value * items / UsualWeightOfAll)));

    /// <summary>Multiplications of a sweep, about.</summary>
    internal static double Operations(InteractionGraph graph, int dimension)
    {
        double sum = 0;
        for (int user = 0; user < graph.UserCount; user++)
            sum += Of(graph.ItemsOf(user).Length);
        for (int item = 0; item < graph.ItemCount; item++)
            sum += Of(graph.UsersOf(item).Length);
        return sum;

        double Of(double positives)
        {
            double unknowns = Math.Min(positives, dimension);
            return (positives * unknowns * dimension) + (unknowns * unknowns * unknowns / 3) + ((double)dimension * dimension);
        }
    }
}
