using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Graph;

namespace HybridRec.MLNet.Serving;

/// <summary>
/// The user vector of someone who has some items and is no user of the data: <c>m + P x</c>, with x the mean vector of the items, m the
/// mean user, and P the ridge regression of the users'
/// vectors on the means of theirs. It is fitted on users of the data, so that it stands for whatever the chain makes of a history:
/// propagation, profiles, or both.
/// </summary>
internal sealed class HistoryProjection
{
    private const int MostUsers = 5000;

    private readonly FeatureProjection? _projection;
    private readonly float[] _mean;
    private readonly int _width;

    private HistoryProjection(FeatureProjection? projection, float[] mean, int width) =>
        (_projection, _mean, _width) = (projection, mean, width);

    /// <summary>Fits the regression on at most 5,000 users, evenly spread.</summary>
    /// <param name="users">Users x user width.</param>
    /// <param name="userWidth">Width of a user.</param>
    /// <param name="items">Rows x item width.</param>
    /// <param name="itemWidth">Width of an item.</param>
    /// <param name="taken">The rows that users have.</param>
    /// <returns>The projection; null when no user has an item.</returns>
    public static HistoryProjection? Fit(float[] users, int userWidth, ReadOnlyMemory<float> items, int itemWidth, InteractionGraph taken)
    {
        int[] known = [.. Enumerable.Range(0, taken.UserCount).Where(user => !taken.ItemsOf(user).IsEmpty)];
        if (known.Length == 0)
            return null;
        int count = Math.Min(known.Length, MostUsers);
        int[] sample = [.. Enumerable.Range(0, count).Select(i => known[(int)((long)i * known.Length / count)])];
        float[] mean = new float[userWidth], vectors = new float[count * userWidth], means = new float[count * itemWidth];
        for (int i = 0; i < count; i++)
        {
            var vector = users.AsSpan(sample[i] * userWidth, userWidth);
            vector.CopyTo(vectors.AsSpan(i * userWidth));
            TensorPrimitives.MultiplyAdd(vector, 1f / count, mean, mean);
            Mean(items.Span, itemWidth, taken.ItemsOf(sample[i]), means.AsSpan(i * itemWidth, itemWidth));
        }

        if (userWidth == 0 || itemWidth == 0)
            return new HistoryProjection(null, mean, itemWidth);
        bool[] all = new bool[count];
        Array.Fill(all, true);
        var features = new NodeFeatureTable(means, (bool[])all.Clone(), itemWidth);
        return new HistoryProjection(FeatureProjection.Fit(features, null, vectors, all, mean, userWidth), mean, itemWidth);
    }

    /// <summary>The user vector of a history.</summary>
    /// <param name="items">Rows x item width.</param>
    /// <param name="history">Rows; one or more.</param>
    /// <param name="user">Receives the vector.</param>
    public void Apply(ReadOnlySpan<float> items, ReadOnlySpan<int> history, Span<float> user)
    {
        _mean.CopyTo(user);
        float[] mean = new float[_width];
        Mean(items, _width, history, mean);
        _projection?.AddTo(mean, user);
    }

    private static void Mean(ReadOnlySpan<float> items, int width, ReadOnlySpan<int> rows, Span<float> mean)
    {
        mean.Clear();
        foreach (int row in rows)
            TensorPrimitives.Add(mean, items.Slice(row * width, width), mean);
        TensorPrimitives.Divide(mean, rows.Length, mean);
    }
}
