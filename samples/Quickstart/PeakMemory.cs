namespace Quickstart;

/// <summary>
/// The largest working set while something runs, sampled 20 times a second: what one model takes in a process that trains several.
/// </summary>
internal sealed class PeakMemory : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    private readonly Timer _timer;
    private long _bytes;

    public PeakMemory()
    {
        // What the models before this one left is given back first.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _timer = new Timer(_ => Sample(), state: null, TimeSpan.Zero, s_interval);
    }

    public long MiB
    {
        get
        {
            Sample();
            return Volatile.Read(ref _bytes) >> 20;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Sample()
    {
        long now = Environment.WorkingSet;
        for (long known = Volatile.Read(ref _bytes); now > known;)
            known = Interlocked.CompareExchange(ref _bytes, now, known);
    }
}
