using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>The settings of <see cref="ClosedForm.Automatic"/>.</summary>
internal sealed record AutomaticForm : ClosedFormSettings
{
    public required string? ItemFeatureColumnName { get; init; }

    internal override FilterKind Kind =>
        throw new InvalidOperationException($"{nameof(AutomaticForm)} has no kind before a form is chosen.");

    internal override string? VectorColumnName => ItemFeatureColumnName;

    internal override bool IsOpen => true;

    internal override ClosedFormSettings Usual => ClosedForm.TurboCf().Usual;

    internal override void Validate()
    {
        if (ItemFeatureColumnName is not null)
            new OptionCheck(StageNames.GraphFilter).Named(ItemFeatureColumnName, nameof(ItemFeatureColumnName));
    }

    internal override IItemFilter Solve(FilterFit fit) => Settled(fit).Solve(fit);

    internal override TriedForm Try(FormTrial trial)
    {
        var best = default(TriedForm);
        var cost = new TrialCost(trial.Fit);
        foreach (var candidate in Candidates(trial))
        {
            if (best.Form is not null && !cost.Fits(candidate))
            {
                trial.Fit.Log.Info($"{candidate} not tried for the time budget: {cost}");
                continue;
            }

            var tried = candidate.Try(trial);
            trial.Fit.Log.Info($"tried {tried.Form}: NDCG@20 {tried.Ndcg:F4}, {trial.Fit.Log.Elapsed.TotalSeconds:F1} s");
            if (best.Form is null || tried.Ndcg > best.Ndcg)
                best = tried;
        }

        return best.Form is IalsForm ? ClosedForm.Ials().Try(trial) : best;
    }

    private IEnumerable<ClosedFormSettings> Candidates(FormTrial trial)
    {
        yield return ClosedForm.TurboCf();
        if (SharpeningFilter.RankWithin(trial.Fit.Graph.UserCount, trial.Fit.Graph.ItemCount, trial.Fit.MemoryLimit) > 0)
            yield return ClosedForm.BlurringSharpening();
        // Beyond, EASE on closest items costs five times the others together, and the published tables of the three large sets (gowalla,
        // yelp2018, amazon-book) have even the exact one below both.
        if (RidgeChoice.IsExact(trial.Fit))
            yield return ItemFeatureColumnName is { } texts ? ClosedForm.TextAwareEase(texts) : ClosedForm.Ease();
        else if (IalsForm.MostWithin(trial.Fit) >= IalsChoice.UsualDimension)
            yield return IalsChoice.First(trial.Fit); // more of it where it wins
    }
}
