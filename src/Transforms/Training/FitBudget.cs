namespace HybridRec.MLNet.Training;

/// <summary>
/// The time that the fit of a whole pipeline may take, shared by its stages: each may use it up to a share, the later ones what is left.
/// Begins with <see cref="Start"/>.
/// </summary>
/// <param name="limit">The time.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class FitBudget(TimeSpan limit, TimeProvider clock)
{
    private long _started = clock.GetTimestamp();

    /// <summary>The whole time.</summary>
    public TimeSpan Limit => limit;

    /// <summary>The time since the start.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_started);

    /// <summary>Begins anew.</summary>
    public void Start() => _started = clock.GetTimestamp();

    /// <summary>What is left up to a share of the limit; below 0 where it is overrun.</summary>
    /// <param name="share">The share, 0 to 1.</param>
    public TimeSpan Left(double share) => (limit * share) - Elapsed;

    /// <summary>Whether work of some seconds ends within a share of the limit.</summary>
    /// <param name="seconds">The seconds.</param>
    /// <param name="share">The share, 0 to 1.</param>
    public bool Fits(double seconds, double share) => seconds <= Left(share).TotalSeconds;
}
