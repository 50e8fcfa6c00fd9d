using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Dense;
using HybridRec.MLNet.Graph;

namespace HybridRec.MLNet.Serving;

/// <summary>
/// The user vector of someone who has some items and is no user of the data: <c>m + P x</c>, with x the mean vector of the items, m the
/// mean user, and P the ridge regression of the users' vectors on the means of theirs. It is fitted on users of the data, so that it stands
/// for whatever the chain makes of a history: propagation, profiles, or both. The first history asked for pays for the fit.
/// </summary>
internal sealed class HistoryProjection
{
    private const int MostUsers = 5000;
    private const int WaitMilliseconds = 20; // between looks at the token of who waits for another's fit

    private readonly float[] _users;
    private readonly int _userWidth;
    private readonly VectorTable _items;
    private readonly InteractionGraph _taken;
    private readonly int _threads;
    private readonly Lock _fitting = new();
    private Fitted? _fitted;

    private HistoryProjection(float[] users, int userWidth, VectorTable items, InteractionGraph taken, int threads) =>
        (_users, _userWidth, _items, _taken, _threads) = (users, userWidth, items, taken, threads);

    /// <summary>The regression of some users, which is not fitted yet.</summary>
    /// <param name="users">Users x user width.</param>
    /// <param name="userWidth">Width of a user.</param>
    /// <param name="items">The items' vectors.</param>
    /// <param name="taken">The rows that users have.</param>
    /// <param name="threads">Threads of the fit; 0 takes all cores.</param>
    /// <returns>The projection; null when no user has an item.</returns>
    public static HistoryProjection? Of(float[] users, int userWidth, VectorTable items, InteractionGraph taken, int threads) =>
        taken.EdgeCount == 0 ? null : new HistoryProjection(users, userWidth, items, taken, threads);

    /// <summary>The user vector of a history.</summary>
    /// <param name="history">Rows; one or more.</param>
    /// <param name="cancellationToken">Stops the fit, which the next history begins anew.</param>
    public float[] User(ReadOnlySpan<int> history, CancellationToken cancellationToken)
    {
        Fitted fitted = Volatile.Read(ref _fitted) ?? FitOnce(cancellationToken);
        float[] user = [.. fitted.Mean], mean = new float[_items.Dimension];
        MeanOf(history, mean);
        fitted.Projection?.AddTo(mean, user);
        return user;
    }

    private Fitted FitOnce(CancellationToken cancellationToken)
    {
        while (!_fitting.TryEnter(WaitMilliseconds))
            cancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (_fitted is null)
                Volatile.Write(ref _fitted, Fit(cancellationToken));
            return _fitted;
        }
        finally
        {
            _fitting.Exit();
        }
    }

    // On at most 5,000 users, evenly spread.
    private Fitted Fit(CancellationToken cancellationToken)
    {
        int[] known = [.. Enumerable.Range(0, _taken.UserCount).Where(user => !_taken.ItemsOf(user).IsEmpty)];
        int count = Math.Min(known.Length, MostUsers), width = _items.Dimension;
        float[] mean = new float[_userWidth], vectors = new float[count * _userWidth], means = new float[count * width];
        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int user = known[(int)((long)i * known.Length / count)];
            ReadOnlySpan<float> vector = _users.AsSpan(user * _userWidth, _userWidth);
            vector.CopyTo(vectors.AsSpan(i * _userWidth));
            TensorPrimitives.MultiplyAdd(vector, 1f / count, mean, mean);
            MeanOf(_taken.ItemsOf(user), means.AsSpan(i * width, width));
        }

        if (_userWidth == 0)
            return new Fitted(null, mean);
        bool[] all = new bool[count];
        Array.Fill(all, true);
        var features = new NodeFeatureTable(means, all, width); // centers and scales the means
        for (int i = 0; i < count; i++)
        {
            Span<float> vector = vectors.AsSpan(i * _userWidth, _userWidth);
            TensorPrimitives.Subtract(vector, mean, vector);
        }

        float[] map = RidgeRegression.Fit(features.Rows, vectors, width, _userWidth, _threads, cancellationToken);
        return new Fitted(new FeatureProjection(width, null, map, _userWidth, features.Mean, features.Scale), mean);
    }

    private void MeanOf(ReadOnlySpan<int> rows, Span<float> mean)
    {
        mean.Clear();
        foreach (int row in rows)
            TensorPrimitives.Add(mean, _items[row], mean);
        TensorPrimitives.Divide(mean, rows.Length, mean);
    }

    private sealed record Fitted(FeatureProjection? Projection, float[] Mean);
}
