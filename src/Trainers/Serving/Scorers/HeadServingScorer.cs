using System.Buffers;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Ranking;

namespace HybridRec.MLNet.Serving;

/// <summary>
/// Serves a ranking head over tables of both sides of its pairs. For a user the head's part past its hidden layers is one vector in the
/// items' space:
/// a scan of the item table, or the approximate index, finds the candidates, and the head scores them with the very numbers of the chain's
/// Score column.
/// </summary>
internal sealed class HeadServingScorer : ServingScorer
{
    private const int RoundingSpare = 8; // scan and head add in another order: ties up to rounding at the end of a list need some room

    private readonly HeadRanker _ranker;
    private readonly VectorTable _items;
    private readonly ItemLikeness _likeness;

    /// <param name="ranker">The head and the items.</param>
    /// <param name="users">Users x user width.</param>
    /// <param name="history">The vector of someone who is no user; null where the data tells none.</param>
    /// <param name="mode">How candidates are found; never Automatic.</param>
    /// <param name="candidates">Candidates that a head with hidden layers ranks.</param>
    /// <param name="index">Finds the candidates; null for a scan.</param>
    public HeadServingScorer(
        HeadRanker ranker, float[] users, HistoryProjection? history, RetrievalMode mode, int candidates, ApproximateIndex? index)
    {
        (_ranker, _items, Users, History, Mode, Candidates, Index) = (ranker, ranker.Items, users, history, mode, candidates, index);
        _likeness = new ItemLikeness(_items);
    }

    /// <inheritdoc/>
    public override bool IsExact => Mode == RetrievalMode.Exact || (Mode == RetrievalMode.TwoStage && !HasHidden);

    /// <inheritdoc/>
    public override int Dimension => _items.Dimension;

    /// <summary>The head.</summary>
    public HeadWeights Weights => _ranker.Weights;

    /// <summary>Users x user width.</summary>
    public float[] Users { get; }

    /// <summary>The items' vectors.</summary>
    public VectorTable Items => _items;

    /// <summary>The vector of someone who is no user; null where the data tells none.</summary>
    public HistoryProjection? History { get; }

    /// <summary>How candidates are found; never Automatic.</summary>
    public RetrievalMode Mode { get; }

    /// <summary>Candidates that a head with hidden layers ranks.</summary>
    public int Candidates { get; }

    /// <summary>The approximate index; null where there is none.</summary>
    public ApproximateIndex? Index { get; }

    /// <summary>Whether a score has a part past the inner product of query and item, and the constant.</summary>
    public bool HasHidden => _ranker.HasHidden;

    /// <summary>What the head adds to every inner product.</summary>
    public float Constant => Weights.Shape.Bias.Length == 0 ? 0 : Weights.Shape.Bias.Of(Weights.Parameters)[0];

    /// <inheritdoc/>
    public override int ForUser(int user, ServingFilter filter, Span<int> rows, Span<float> scores) =>
        Best(User(user), filter, rows, scores);

    /// <inheritdoc/>
    public override bool TryForHistory(ReadOnlySpan<int> history, ServingFilter filter, Span<int> rows, Span<float> scores, out int found)
    {
        found = 0;
        if (UserOf(history) is not { } user)
            return false;
        found = Best(user, filter, rows, scores);
        return true;
    }

    /// <inheritdoc/>
    public override bool TryLike(int item, ServingFilter filter, Span<int> rows, Span<float> scores, out int found)
    {
        found = _likeness.Nearest(item, filter, rows, scores);
        return true;
    }

    /// <inheritdoc/>
    public override int ForVector(ReadOnlySpan<float> query, ServingFilter filter, Span<int> rows, Span<float> scores) =>
        filter.Allowed is null ? Search(query, filter.Excluded, rows, scores) : _items.Rank(query, filter.Rows(), rows, scores);

    /// <inheritdoc/>
    public override float[] QueryVector(int user) => _ranker.Query(User(user));

    /// <inheritdoc/>
    public override float[] QueryVector(ReadOnlySpan<int> history) => _ranker.Query(UserOf(history)
        ?? throw new NotSupportedException("Nobody in the data has an item, so that the model does not tell what a history is worth."));

    /// <inheritdoc/>
    public override ReadOnlySpan<float> ItemVector(int row) => _items[row];

    /// <inheritdoc/>
    public override float Affinity(int had, int recommended) => _likeness.Cosine(had, recommended);

    private ReadOnlySpan<float> User(int user) => Users.AsSpan(user * Weights.Shape.UserDimension, Weights.Shape.UserDimension);

    private float[]? UserOf(ReadOnlySpan<int> history)
    {
        if (History is null)
            return null;
        float[] user = new float[Weights.Shape.UserDimension];
        History.Apply(_items.Values.Span, history, user);
        return user;
    }

    private int Best(ReadOnlySpan<float> user, ServingFilter filter, Span<int> rows, Span<float> scores)
    {
        HeadPass pass = _ranker.Begin(user);
        int found;
        if (filter.Allowed is not null)
            found = _ranker.Rank(pass, filter.Rows(), rows, scores);
        else if (HasHidden && Mode == RetrievalMode.Exact)
            found = _ranker.RankAll(pass, filter.Excluded, rows, scores);
        else
            found = Retrieve(pass, filter.Excluded, rows, scores);
        _ranker.End(pass);
        return found;
    }

    private int Retrieve(HeadPass pass, ReadOnlySpan<int> excluded, Span<int> rows, Span<float> scores)
    {
        int wanted = Math.Min(_items.Count, HasHidden ? Math.Max(Candidates, rows.Length) : rows.Length + RoundingSpare);
        int[] candidates = ArrayPool<int>.Shared.Rent(wanted);
        float[] first = ArrayPool<float>.Shared.Rent(wanted);
        Span<int> retrieved = candidates.AsSpan(0, wanted);
        retrieved = retrieved[..Search(pass.Linear, excluded, retrieved, first.AsSpan(0, wanted))];
        retrieved.Sort();
        int found = _ranker.Rank(pass, retrieved, rows, scores);
        ArrayPool<int>.Shared.Return(candidates);
        ArrayPool<float>.Shared.Return(first);
        return found;
    }

    private int Search(ReadOnlySpan<float> query, ReadOnlySpan<int> excluded, Span<int> rows, Span<float> scores) =>
        Index is null ? _items.Search(query, excluded, rows, scores) : Index.Search(query, excluded, rows, scores);
}
