using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>When each positive was, the last time of those given more than once.</summary>
internal sealed class PositiveTimes
{
    private const double SecondsADay = 86400;

    private readonly Dictionary<(int User, int Item), long> _seconds = [];
    private long _last = long.MinValue;

    /// <summary>Takes note of a positive.</summary>
    public void Add(int user, int item, long seconds)
    {
        _last = Math.Max(_last, seconds);
        if (!_seconds.TryGetValue((user, item), out long known) || known < seconds)
            _seconds[(user, item)] = seconds;
    }

    /// <summary>The weight of each edge, users one after another: 1 for the last of the data, half for each half-life before it.</summary>
    /// <param name="graph">Some of the positives.</param>
    /// <param name="halfLifeDays">The half-life; null: no weights.</param>
    public float[]? Recency(InteractionGraph graph, double? halfLifeDays)
    {
        if (halfLifeDays is not { } days)
            return null;
        float[] recency = new float[graph.EdgeCount];
        for (int user = 0, edge = 0; user < graph.UserCount; user++)
        {
            foreach (int item in graph.ItemsOf(user))
            {
                double halvings = ((double)_last - _seconds[(user, item)]) / (SecondsADay * days);
                recency[edge++] = (float)Math.Pow(2, -Math.Min(halvings, KnnWeights.MostHalvings));
            }
        }

        return recency;
    }
}
