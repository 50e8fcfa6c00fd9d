using System.Globalization;
using HybridRec.MLNet.Accel.Dense;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>Whether trying a form, and fitting it, ends within a time budget, by the speed of a small inverse here.</summary>
internal sealed class TrialCost
{
    // Of the budget: the ranker comes after the closed form.
    private const double BudgetShare = 0.8;

    private const int MeasuredRows = 512;
    private const double FinalFits = 2; // without the held-out rows and with them
    private const double MostRank = 448, FinalEpochs = 16;

    // Settings that a climb judges, about.
    private const double Ridges = 5, IalsTrials = 8, IalsEpochs = 5, Iterations = 20;

    private readonly FilterFit _fit;
    private readonly double _secondsPerOperation;
    private double _seconds;

    /// <param name="fit">What the forms are fitted to.</param>
    public TrialCost(FilterFit fit)
    {
        _fit = fit;
        if (fit.Budget is not { } budget)
            return;
        double before = budget.Elapsed.TotalSeconds;
        var tiles = new SymmetricTiles(MeasuredRows);
        tiles.AddToDiagonal(1);
        SpdInverse.Negated(tiles, fit.Threads);
        _secondsPerOperation = (budget.Elapsed.TotalSeconds - before) / Math.Pow(MeasuredRows, 3);
    }

    /// <summary>Whether there is the time for a form; always without a budget.</summary>
    public bool Fits(ClosedFormSettings form)
    {
        if (_fit.Budget is not { } budget)
            return true;
        _seconds = Operations(form) * _secondsPerOperation;
        return budget.Fits(_seconds, BudgetShare);
    }

    /// <summary>What was reckoned last.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"about {_seconds:F1} s, {_fit.Budget?.Elapsed.TotalSeconds:F1} of {_fit.Budget?.Limit.TotalSeconds:F0} s gone");

    private double Operations(ClosedFormSettings form)
    {
        double users = _fit.Graph.UserCount, items = _fit.Graph.ItemCount;
        switch (form.Kind)
        {
            case FilterKind.Ease or FilterKind.TextAwareEase:
                return Math.Pow(DualInverse.Pays(_fit.Graph) ? users : items, 3) * (Ridges + FinalFits);
            case FilterKind.BlurringSharpening:
                double rank = Math.Min(MostRank, SharpeningFilter.RankWithin((int)users, (int)items, _fit.MemoryLimit));
                return ((2.0 * _fit.Graph.EdgeCount * rank) + ((users + items) * rank * rank)) * Iterations * FinalFits;
            case FilterKind.Ials:
                return IalsChoice.Operations(_fit.Graph, IalsChoice.UsualDimension)
                    * ((IalsTrials * IalsEpochs) + (FinalFits * FinalEpochs));
            default:
                return 0;
        }
    }
}
