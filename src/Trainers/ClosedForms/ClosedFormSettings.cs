using HybridRec.MLNet.ClosedForms;

namespace HybridRec.MLNet;

/// <summary>
/// The settings of the closed form of <c>ml.Hybrid.GraphFilter</c>; <see cref="ClosedForm"/> makes them. X is the binary users x items
/// matrix of the positives, x_u its row of user u; every score is x_u B. A setting that is null is chosen from the data.
/// </summary>
public abstract record ClosedFormSettings
{
    private protected ClosedFormSettings()
    {
    }

    /// <summary>What the saved state calls it.</summary>
    internal abstract FilterKind Kind { get; }

    /// <summary>The column of the items' vectors; null where none is read.</summary>
    internal virtual string? VectorColumnName => null;

    /// <summary>Whether it reads when positives were.</summary>
    internal virtual bool ReadsTimes => false;

    /// <summary>Whether it begins at random numbers.</summary>
    internal virtual bool Draws => false;

    /// <summary>Whether users and items have vectors whose products are the scores.</summary>
    internal virtual bool GivesVectors => false;

    /// <summary>Whether something is left to be chosen on held-back positives.</summary>
    internal virtual bool IsOpen => false;

    /// <summary>The form with usual values for what is open: where there is nothing to choose by.</summary>
    internal virtual ClosedFormSettings Usual => this;

    /// <summary>Refuses settings that cannot be fitted with.</summary>
    internal abstract void Validate();

    /// <summary>Fits the form to the positives; nothing is open.</summary>
    internal abstract IItemFilter Solve(FilterFit fit);

    /// <summary>Chooses what is open on held-back positives, and says how good the form is on them.</summary>
    internal virtual TriedForm Try(FormTrial trial) => new(this, trial.Judge(Solve));

    /// <summary>The form with nothing open: chosen on positives held back from the fit.</summary>
    internal ClosedFormSettings Settled(FilterFit fit)
    {
        if (!IsOpen)
            return this;
        if (FormTrial.Of(fit) is not { } trial)
        {
            fit.Log.Info($"{Usual}: no user has two positives, so that nothing could be held back to choose by");
            return Usual;
        }

        var (form, ndcg) = Try(trial);
        string judges = FormattableString.Invariant($"{trial.Held} positives held back of {trial.Users} users");
        fit.Log.Info($"{form}: chosen by NDCG@20 {ndcg:F4} on {judges}, {fit.Log.Elapsed.TotalSeconds:F1} s");
        return form;
    }
}
