using Microsoft.ML;

namespace HybridRec.MLNet.Hosting;

/// <summary>
/// The mapping that a stage with an inner holdout gives to the rows it was fitted on: that of the stage fitted without the holdout, so that
/// a later stage learns from vectors that have not seen its labels (the precedent is fit_transform of scikit-learn's TargetEncoder).
/// </summary>
internal sealed class TrainingMapping(RowTransformer mapping, IDataView fittedOn, ulong rows)
{
    // Weak: a fitted model must not keep its training data alive.
    private readonly WeakReference<IDataView> _fittedOn = new(fittedOn);

    /// <summary>The mapping, if this is the very view that was fitted on; else null.</summary>
    public RowTransformer? For(IDataView view) =>
        _fittedOn.TryGetTarget(out IDataView? fittedOn) && ReferenceEquals(fittedOn, view) ? mapping : null;

    /// <summary>The mapping, if these are the rows that were fitted on; else null.</summary>
    /// <param name="fingerprint"><see cref="InteractionRows.Fingerprint"/> of a view.</param>
    public RowTransformer? For(ulong fingerprint) => fingerprint == rows ? mapping : null;
}
