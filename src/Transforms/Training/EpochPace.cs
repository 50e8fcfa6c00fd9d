using System.Globalization;

namespace HybridRec.MLNet.Training;

/// <summary>The seconds that an epoch takes, measured, and whether more of them fit a time budget. The first always does.</summary>
/// <param name="budget">The budget; null: any number of epochs.</param>
/// <param name="share">The share of it that may be used.</param>
/// <param name="done">Epochs that were done before.</param>
internal sealed class EpochPace(FitBudget? budget, double share, int done)
{
    private readonly double _started = budget?.Elapsed.TotalSeconds ?? 0;
    private double _seconds;

    /// <summary>Whether more epochs end in time.</summary>
    /// <param name="epoch">Epochs done, with those before.</param>
    /// <param name="epochs">Epochs that are wanted.</param>
    public bool Allows(int epoch, int epochs)
    {
        if (budget is null || epoch <= done)
            return true;
        _seconds = (budget.Elapsed.TotalSeconds - _started) / (epoch - done);
        return budget.Fits(epochs * _seconds, share);
    }

    /// <summary>What was measured.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_seconds:F1} s an epoch, {budget?.Elapsed.TotalSeconds:F1} of {budget?.Limit.TotalSeconds:F0} s gone");
}
