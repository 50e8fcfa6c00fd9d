using System.Buffers;
using System.Collections.Concurrent;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Items;
using HybridRec.MLNet.Ranking;

namespace HybridRec.MLNet.Serving;

/// <summary>
/// Serves a ranking head over tables of both sides of its pairs. For a user the head's part past its hidden layers is one vector in the items' space: a scan of the item table, or the approximate
/// index, finds the candidates, and the head scores them with the very numbers that the chain's Score column has.
/// </summary>
internal sealed class HeadServing : ServingScorer
{
    private const int Block = 256;        // items a pass scores at a time
    private const int RoundingSpare = 8;  // scan and head add in another order: ties up to rounding at the end of a list need some room

    private readonly HeadWeights _weights;
    private readonly float[] _users;
    private readonly VectorTable _items;
    private readonly ItemLikeness _likeness;
    private readonly HistoryProjection? _history;
    private readonly ApproximateIndex? _index;
    private readonly ConcurrentBag<HeadPass> _passes = [];
    private readonly RetrievalMode _mode;
    private readonly int _candidates;
    private long _nonFinite;

    public HeadServing(HeadWeights weights, float[] users, VectorTable items, HistoryProjection? history, RecommenderOptions options, CancellationToken cancellationToken)
    {
        (_weights, _users, _items, _history, _candidates) = (weights, users, items, history, options.Candidates);
        _likeness = new ItemLikeness(items);
        _mode = options.Retrieval != RetrievalMode.Automatic ? options.Retrieval
            : items.Count > SnapshotBuilder.MostExactItems ? RetrievalMode.Approximate : RetrievalMode.Exact;
        if (_mode == RetrievalMode.Approximate)
        {
            _index = options.Index is { } factory
                ? RerankedIndex.Build(factory, items, SampleQueries(), SnapshotBuilder.CalibrationDepth, options.TargetRecall, options.Threads, cancellationToken)
                : ClusterIndex.Build(items, SampleQueries(), SnapshotBuilder.CalibrationDepth, options.TargetRecall, options.Seed, options.Threads, cancellationToken);
        }
    }

    private HeadServing(HeadServing old, float[] users, VectorTable items, int[] changed, int threads, CancellationToken cancellationToken)
    {
        (_weights, _users, _items, _history, _candidates, _mode) = (old._weights, users, items, old._history, old._candidates, old._mode);
        _likeness = new ItemLikeness(items);
        _index = old._index?.With(items, changed, threads, cancellationToken);
    }

    /// <inheritdoc/>
    public override bool IsExact => _mode == RetrievalMode.Exact || (_mode == RetrievalMode.TwoStage && !HasHidden);

    /// <inheritdoc/>
    public override int Dimension => _items.Dimension;

    /// <summary>The head.</summary>
    public HeadWeights Weights => _weights;

    /// <summary>Users x user width.</summary>
    public float[] Users => _users;

    /// <summary>The items.</summary>
    public VectorTable Items => _items;

    /// <summary>The approximate index; null where there is none.</summary>
    public ApproximateIndex? Index => _index;

    /// <summary>Whether a score has a part past the inner product of query and item, and the constant.</summary>
    public bool HasHidden => _weights.Shape.FirstWidth > 0;

    /// <summary>What the head adds to every inner product.</summary>
    public float Constant => _weights.Shape.Bias.Length == 0 ? 0 : _weights.Shape.Bias.Of(_weights.Parameters)[0];

    /// <summary>The same head over tables that changed, or that have more rows at their ends.</summary>
    /// <param name="users">Users x user width.</param>
    /// <param name="items">The items.</param>
    /// <param name="changed">Rows of items that are new or other than before.</param>
    /// <param name="threads">Threads; 0 takes all cores.</param>
    /// <param name="cancellationToken">Stops the building.</param>
    public HeadServing With(float[] users, VectorTable items, int[] changed, int threads, CancellationToken cancellationToken) =>
        new(this, users, items, changed, threads, cancellationToken);

    /// <inheritdoc/>
    public override int ForUser(int user, ServingFilter filter, Span<int> rows, Span<float> scores) => For(User(user), filter, rows, scores);

    /// <inheritdoc/>
    public override bool TryForHistory(ReadOnlySpan<int> history, ServingFilter filter, Span<int> rows, Span<float> scores, out int found)
    {
        found = 0;
        if (UserOf(history) is not { } user)
            return false;
        found = For(user, filter, rows, scores);
        return true;
    }

    /// <inheritdoc/>
    public override bool TryLike(int item, ServingFilter filter, Span<int> rows, Span<float> scores, out int found)
    {
        found = _likeness.Nearest(item, filter, rows, scores);
        return true;
    }

    /// <inheritdoc/>
    public override int ForVector(ReadOnlySpan<float> query, ServingFilter filter, Span<int> rows, Span<float> scores)
    {
        if (filter.Allowed is not null)
            return _items.Rank(query, filter.Rows(), rows, scores);
        return _index is null ? _items.Search(query, filter.Excluded, rows, scores) : _index.Search(query, filter.Excluded, rows, scores);
    }

    /// <inheritdoc/>
    public override float[] QueryVector(int user) => Query(User(user));

    /// <inheritdoc/>
    public override float[] QueryVector(ReadOnlySpan<int> history) => Query(UserOf(history)
        ?? throw new NotSupportedException("Nobody in the data has an item, so that the model does not tell what a history is worth."));

    /// <inheritdoc/>
    public override ReadOnlySpan<float> ItemVector(int row) => _items[row];

    /// <inheritdoc/>
    public override float Affinity(int had, int recommended) => _likeness.Cosine(had, recommended);

    private ReadOnlySpan<float> User(int user) => _users.AsSpan(user * _weights.Shape.UserDimension, _weights.Shape.UserDimension);

    private float[]? UserOf(ReadOnlySpan<int> history)
    {
        if (_history is null)
            return null;
        float[] user = new float[_weights.Shape.UserDimension];
        _history.Apply(_items.Values.Span, history, user);
        return user;
    }

    private float[] Query(ReadOnlySpan<float> user)
    {
        HeadPass pass = Take();
        pass.Fold(_weights, user);
        float[] query = pass.Linear.ToArray();
        _passes.Add(pass);
        return query;
    }

    private HeadPass Take() => _passes.TryTake(out HeadPass? pass) ? pass : new HeadPass(_weights, Block);

    private int For(ReadOnlySpan<float> user, ServingFilter filter, Span<int> rows, Span<float> scores)
    {
        HeadPass pass = Take();
        pass.Fold(_weights, user);
        int found;
        if (filter.Allowed is not null)
            found = Rank(pass, filter.Rows(), rows, scores);
        else if (HasHidden && _mode == RetrievalMode.Exact)
            found = RankAll(pass, filter.Excluded, rows, scores);
        else
            found = Retrieve(pass, filter.Excluded, rows, scores);
        _passes.Add(pass);
        return found;
    }

    private int Retrieve(HeadPass pass, ReadOnlySpan<int> excluded, Span<int> rows, Span<float> scores)
    {
        int wanted = Math.Min(_items.Count, HasHidden ? Math.Max(_candidates, rows.Length) : rows.Length + RoundingSpare);
        int[] candidates = ArrayPool<int>.Shared.Rent(wanted);
        float[] first = ArrayPool<float>.Shared.Rent(wanted);
        Span<int> retrieved = candidates.AsSpan(0, wanted);
        int count = _index is null
            ? _items.Search(pass.Linear, excluded, retrieved, first.AsSpan(0, wanted))
            : _index.Search(pass.Linear, excluded, retrieved, first.AsSpan(0, wanted));
        retrieved[..count].Sort();
        int found = Rank(pass, retrieved[..count], rows, scores);
        ArrayPool<int>.Shared.Return(candidates);
        ArrayPool<float>.Shared.Return(first);
        return found;
    }

    // The best of some rows, ascending, by the whole head.
    private int Rank(HeadPass pass, ReadOnlySpan<int> candidates, Span<int> rows, Span<float> scores)
    {
        int width = _items.Dimension;
        float[] gathered = ArrayPool<float>.Shared.Rent(Math.Min(Block, Math.Max(1, candidates.Length)) * width);
        float[] ranked = ArrayPool<float>.Shared.Rent(Math.Max(1, candidates.Length));
        for (int first = 0; first < candidates.Length; first += Block)
        {
            int count = Math.Min(Block, candidates.Length - first);
            for (int i = 0; i < count; i++)
                _items[candidates[first + i]].CopyTo(gathered.AsSpan(i * width));
            pass.Forward(gathered.AsSpan(0, count * width), count, ranked.AsSpan(first, count));
        }

        int found = Select(ranked.AsSpan(0, candidates.Length), [], rows, scores);
        for (int i = 0; i < found; i++)
            rows[i] = candidates[rows[i]];
        ArrayPool<float>.Shared.Return(gathered);
        ArrayPool<float>.Shared.Return(ranked);
        return found;
    }

    private int RankAll(HeadPass pass, ReadOnlySpan<int> excluded, Span<int> rows, Span<float> scores)
    {
        int width = _items.Dimension;
        float[] all = ArrayPool<float>.Shared.Rent(_items.Count);
        for (int first = 0; first < _items.Count; first += Block)
        {
            int count = Math.Min(Block, _items.Count - first);
            pass.Forward(_items.Values.Span.Slice(first * width, count * width), count, all.AsSpan(first, count));
        }

        int found = Select(all.AsSpan(0, _items.Count), excluded, rows, scores);
        ArrayPool<float>.Shared.Return(all);
        return found;
    }

    private int Select(Span<float> all, ReadOnlySpan<int> excluded, Span<int> rows, Span<float> scores)
    {
        ScoreCleaning.MakeFinite(all, ref _nonFinite);
        return TopKKernel.Select(all, excluded, rows, scores);
    }

    // Queries of users evenly spread: what the index will be asked.
    private float[] SampleQueries()
    {
        int users = _weights.Shape.UserDimension == 0 ? 1 : _users.Length / _weights.Shape.UserDimension;
        int count = Math.Min(users, SnapshotBuilder.CalibrationQueries);
        float[] queries = new float[count * _items.Dimension];
        for (int i = 0; i < count; i++)
            QueryVector((int)((long)i * users / count)).CopyTo(queries, i * _items.Dimension);
        return queries;
    }
}
