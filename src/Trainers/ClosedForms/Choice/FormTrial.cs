using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>What forms and their settings are chosen by: NDCG@20 on held-back positives.</summary>
internal sealed class FormTrial
{
    private FormTrial(FilterFit fit, IReadOnlyList<HeldOutPositives> folds) => (Fit, Folds) = (fit, folds);

    /// <summary>The fit that the choice is for.</summary>
    public FilterFit Fit { get; }

    /// <summary>Holdouts.</summary>
    public IReadOnlyList<HeldOutPositives> Folds { get; }

    /// <summary>Users who are judged.</summary>
    public int Users => Folds[0].Users.Count;

    /// <summary>Positives held back, in all holdouts.</summary>
    public int Held => Folds.Sum(fold => Enumerable.Range(0, fold.Users.Count).Sum(user => fold.HeldOf(user).Length));

    /// <summary>Takes the positives that the fit holds out, or holds some back; null where there is nothing to judge by.</summary>
    public static FormTrial? Of(FilterFit fit)
    {
        if (fit.HeldOut is { } heldOut && HeldOutPositives.Of(fit.Graph, heldOut) is { } given)
            return new FormTrial(fit, [given]);
        var folds = HeldOutPositives.Folds(fit.Graph);
        return folds.Count == 0 ? null : new FormTrial(fit, folds);
    }

    /// <summary>How good a filter is that is fitted to what is left.</summary>
    public double Judge(Func<FilterFit, IItemFilter> solve) => Judge(
        Folds.Select<HeldOutPositives, ScoreUsers>(fold =>
        {
            var filter = solve(Fit.Trial(fold.Rest));
            return (_, users, scores) => filter.Score(fold.Rest, users, scores);
        }));

    /// <summary>How good scores are, one a holdout in their order.</summary>
    public double Judge(IEnumerable<ScoreUsers> scores) =>
        Folds.Zip(scores).SelectMany(pair => pair.First.Ndcg(pair.Second, Fit.Threads)).Average();
}
