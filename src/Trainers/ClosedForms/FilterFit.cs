using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>What a closed form is fitted to, and with.</summary>
/// <param name="Graph">Positives.</param>
/// <param name="MemoryLimitMiB">Memory for what is fitted.</param>
/// <param name="Threads">Threads; 0: all cores.</param>
/// <param name="Log">Receives what was chosen, and warnings.</param>
/// <param name="Step">Told the number of each step and how many there are; throws to cancel.</param>
/// <param name="Vectors">Reads the vectors of the items' texts, items x dimension.</param>
/// <param name="HeldOut">Positives of the same users that are not in the graph, to judge by; null where none are held out.</param>
internal sealed record FilterFit(
    InteractionGraph Graph, int MemoryLimitMiB, int Threads, TrainingLog Log, Action<int, int> Step, Func<float[]> Vectors,
    InteractionGraph? HeldOut = null)
{
    /// <summary>Bytes that the memory limit allows.</summary>
    public long MemoryLimit => (long)MemoryLimitMiB << 20;

    /// <summary>When the positives were; null where the form does not ask.</summary>
    public PositiveTimes? Times { get; init; }

    /// <summary>Seed of what the form draws.</summary>
    public int Seed { get; init; }

    /// <summary>The time that the whole pipeline may take; null: any.</summary>
    public FitBudget? Budget { get; init; }

    /// <summary>Whether the fit only serves to choose: it warns of nothing, and need not be converged to the last digit.</summary>
    public bool IsTrial { get; private init; }

    /// <summary>The same fit to a part of the positives, to choose by.</summary>
    public FilterFit Trial(InteractionGraph part)
    {
        Action<int, int> step = Step;
        return this with { Graph = part, IsTrial = true, Step = (_, _) => step(0, 1) };
    }

    /// <summary>Warns, but in a trial.</summary>
    public void Warn(FormattableString message)
    {
        if (!IsTrial)
            Log.Warning(message);
    }
}
