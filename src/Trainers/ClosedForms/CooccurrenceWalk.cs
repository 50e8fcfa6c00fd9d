using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// One row of X^T W X at a time, W a diagonal of user weights: for each user of an item, ascending, their weight is added at each of their
/// items. Owns its scratch, so one a thread. The sum at a place is over the common users in ascending order, whatever else is walked.
/// </summary>
internal sealed class CooccurrenceWalk(InteractionGraph graph)
{
    private readonly float[] _sums = new float[graph.ItemCount];
    private readonly int[] _touched = new int[graph.ItemCount];

    /// <summary>Sums at the items touched; zero elsewhere. Valid until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<float> Sums => _sums;

    /// <summary>Walks from an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="userWeights">Above 0, one a user; empty: all 1.</param>
    /// <returns>The items that share a user with it, itself included, in no particular order.</returns>
    public Span<int> Walk(int item, ReadOnlySpan<float> userWeights)
    {
        int count = 0;
        foreach (int user in graph.UsersOf(item))
        {
            float weight = userWeights.IsEmpty ? 1 : userWeights[user];
            foreach (int other in graph.ItemsOf(user))
            {
                if (_sums[other] == 0)
                    _touched[count++] = other;
                _sums[other] += weight;
            }
        }
        return _touched.AsSpan(0, count);
    }

    /// <summary>Makes the walk ready for the next row.</summary>
    public void Clear(ReadOnlySpan<int> touched)
    {
        foreach (int item in touched)
            _sums[item] = 0;
    }
}
