using System.Buffers;
using System.Numerics.Tensors;
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
    /// <summary>Scan and head add in another order: ties up to rounding at the end of a list need some room.</summary>
    public const int RoundingSpare = 8;

    private const int MoreSpare = 16;
    private const float FloatSlack = 1e-5f; // what Single may lose in a dot product, relative to the lengths of its factors

    private readonly HeadRanker _ranker;
    private readonly VectorTable _items;
    private readonly ItemLikeness _likeness;
    private readonly float _longest;

    /// <param name="ranker">The head and the items.</param>
    /// <param name="users">Users x user width.</param>
    /// <param name="parts">What lies where in the items' vectors.</param>
    /// <param name="history">The vector of someone who is no user; null where the data tells none.</param>
    /// <param name="mode">How candidates are found; never Automatic.</param>
    /// <param name="candidates">Candidates that a head with hidden layers ranks.</param>
    /// <param name="index">Finds the candidates; null for a scan.</param>
    /// <param name="pairs">The scores of the pair.</param>
    public HeadServingScorer(
        HeadRanker ranker, float[] users, ItemPart[] parts, HistoryProjection? history, RetrievalMode mode, int candidates,
        ApproximateIndex? index, PairTable pairs)
    {
        (_ranker, _items, Users, Parts, History, Pairs) = (ranker, ranker.Items, users, parts, history, pairs);
        (Mode, Candidates, Index) = (mode, candidates, index);
        _likeness = new ItemLikeness(_items, parts);
        for (int row = 0; row < _items.Count; row++)
            _longest = Math.Max(_longest, TensorPrimitives.Norm(_items[row]));
    }

    /// <inheritdoc/>
    public override bool IsExact => Mode == RetrievalMode.Exact || (!HasHidden && (Mode == RetrievalMode.TwoStage || Pairs.Count > 0));

    /// <inheritdoc/>
    public override int Dimension => _items.Dimension;

    /// <summary>The head.</summary>
    public HeadWeights Weights => _ranker.Weights;

    /// <summary>Users x user width.</summary>
    public float[] Users { get; }

    /// <summary>The items' vectors.</summary>
    public VectorTable Items => _items;

    /// <summary>The scores of the pair. Where there are any, every item is scored: a vector alone does not find the best.</summary>
    public PairTable Pairs { get; }

    /// <summary>What lies where in the items' vectors.</summary>
    public ItemPart[] Parts { get; }

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
        Pairs.Count == 0 ? Best(User(user), [], filter, rows, scores) : BestOfPairs(user, User(user), [], filter, rows, scores);

    /// <inheritdoc/>
    public override UserBlocks Blocks() =>
        Index is null && (!HasHidden || Mode != RetrievalMode.Exact) ? new HeadUserBlocks(this, _ranker) : base.Blocks();

    /// <inheritdoc/>
    public override bool TryForHistory(
        ReadOnlySpan<int> history, ServingFilter filter, Span<int> rows, Span<float> scores, out int found,
        CancellationToken cancellationToken)
    {
        found = 0;
        if (History is null)
            return false;
        float[] user = History.User(history, cancellationToken);
        found = Pairs.Count == 0 ? Best(user, [], filter, rows, scores) : BestOfPairs(-1, user, history, filter, rows, scores);
        return true;
    }

    /// <inheritdoc/>
    public override bool TryLike(int item, ServingFilter filter, Span<int> rows, Span<float> scores, out int found)
    {
        found = 0;
        if (!_likeness.Knows(item))
            return false;
        found = _likeness.Nearest(item, filter, rows, scores);
        return true;
    }

    /// <inheritdoc/>
    public override int ForVector(ReadOnlySpan<float> query, ServingFilter filter, Span<int> rows, Span<float> scores) =>
        filter.Allowed is null ? Search(query, filter.Excluded, rows, scores) : _items.Rank(query, filter.Rows(), rows, scores);

    /// <inheritdoc/>
    public override float[] QueryVector(int user) => _ranker.Query(User(user));

    /// <inheritdoc/>
    public override float[] QueryVector(ReadOnlySpan<int> history, CancellationToken cancellationToken) =>
        _ranker.Query(History?.User(history, cancellationToken) ?? throw new NotSupportedException(
            "Nobody in the data has an item, so that the model does not tell what a history is worth."));

    /// <inheritdoc/>
    public override ReadOnlySpan<float> ItemVector(int row) => _items[row];

    /// <inheritdoc/>
    public override ItemAffinity Affinity(int had, int recommended) => _likeness.Affinity(had, recommended);

    /// <inheritdoc/>
    public override Func<int, ItemAffinity[]> Affinities(int user, int[] had, CancellationToken cancellationToken)
    {
        if (Pairs.Count == 0 || (user < 0 && History is null))
            return base.Affinities(user, had, cancellationToken);
        float[] pairScores = new float[_items.Count * Pairs.Count];
        if (user >= 0)
            Pairs.ForUser(user, pairScores);
        else
            Pairs.ForHistory(had, pairScores);
        HeadPass pass = _ranker.Begin(user >= 0 ? User(user) : History!.User(had, cancellationToken));
        var affinities = new HeadAffinities(_likeness, Parts, pass.Linear.ToArray(), Pairs, pass.Scores.ToArray(), pairScores, had);
        _ranker.End(pass);
        return affinities.Of;
    }

    /// <summary>The vector of a user.</summary>
    public ReadOnlySpan<float> User(int user) => Users.AsSpan(user * Weights.Shape.UserDimension, Weights.Shape.UserDimension);

    /// <summary>Candidates to rank for a list.</summary>
    /// <param name="count">Items of the list.</param>
    /// <param name="spare">More candidates than that, where the head has no hidden layers.</param>
    public int Wanted(int count, int spare) => (int)Math.Min(_items.Count, HasHidden ? Math.Max(Candidates, count) : (long)count + spare);

    /// <summary>Whether no row past the candidates of a scan may be among the best by the head's own sum.</summary>
    /// <param name="query">What was scanned by.</param>
    /// <param name="scanned">What the scan gave the candidates, best first.</param>
    /// <param name="count">Items of the list.</param>
    /// <param name="added">The most that scores of the pair add.</param>
    public bool IsSettled(ReadOnlySpan<float> query, ReadOnlySpan<float> scanned, int count, float added = 0)
    {
        if (HasHidden || Index is not null || scanned.Length <= count)
            return true;
        // Rows of one score in one order of adding have it in any other but by chance, and come by row.
        float last = scanned[count - 1], past = scanned[^1];
        return last == past || last - past > FloatSlack * ((TensorPrimitives.Norm(query) * _longest) + added);
    }

    private int BestOfPairs(
        int user, ReadOnlySpan<float> vector, ReadOnlySpan<int> history, ServingFilter filter, Span<int> rows, Span<float> scores)
    {
        int length = _items.Count * Pairs.Count;
        float[] pairScores = ArrayPool<float>.Shared.Rent(length);
        if (user >= 0)
            Pairs.ForUser(user, pairScores);
        else
            Pairs.ForHistory(history, pairScores);
        int found = Best(vector, pairScores.AsSpan(0, length), filter, rows, scores);
        ArrayPool<float>.Shared.Return(pairScores);
        return found;
    }

    private int Best(
        ReadOnlySpan<float> user, ReadOnlySpan<float> pairScores, ServingFilter filter, Span<int> rows, Span<float> scores)
    {
        HeadPass pass = _ranker.Begin(user);
        int found;
        if (filter.Allowed is not null)
            found = _ranker.Rank(pass, pairScores, filter.Rows(), rows, scores);
        else if (HasHidden ? Mode == RetrievalMode.Exact : Pairs.Count > 0)
            found = _ranker.RankAll(pass, pairScores, filter.Excluded, rows, scores);
        else if (Pairs.Count > 0)
            found = RankShortlist(pass, pairScores, filter.Excluded, rows, scores);
        else
            found = Retrieve(pass, filter.Excluded, rows, scores);
        _ranker.End(pass);
        return found;
    }

    private int RankShortlist(
        HeadPass pass, ReadOnlySpan<float> pairScores, ReadOnlySpan<int> excluded, Span<int> rows, Span<float> scores)
    {
        int wanted = Wanted(rows.Length, 0);
        int[] candidates = ArrayPool<int>.Shared.Rent(wanted);
        int count = _ranker.Shortlist(pass, pairScores, excluded, candidates.AsSpan(0, wanted));
        int found = _ranker.Rank(pass, pairScores, candidates.AsSpan(0, count), rows, scores);
        ArrayPool<int>.Shared.Return(candidates);
        return found;
    }

    private int Retrieve(HeadPass pass, ReadOnlySpan<int> excluded, Span<int> rows, Span<float> scores)
    {
        for (int spare = RoundingSpare; ; spare *= MoreSpare)
        {
            int wanted = Wanted(rows.Length, spare);
            int[] candidates = ArrayPool<int>.Shared.Rent(wanted);
            float[] first = ArrayPool<float>.Shared.Rent(wanted);
            int count = Search(pass.Linear, excluded, candidates.AsSpan(0, wanted), first.AsSpan(0, wanted));
            bool settled = count < wanted || wanted == _items.Count || IsSettled(pass.Linear, first.AsSpan(0, count), rows.Length);
            candidates.AsSpan(0, count).Sort();
            int found = _ranker.Rank(pass, [], candidates.AsSpan(0, count), rows, scores);
            ArrayPool<int>.Shared.Return(candidates);
            ArrayPool<float>.Shared.Return(first);
            if (settled)
                return found;
        }
    }

    private int Search(ReadOnlySpan<float> query, ReadOnlySpan<int> excluded, Span<int> rows, Span<float> scores) =>
        Index is null ? _items.Search(query, excluded, rows, scores) : Index.Search(query, excluded, rows, scores);
}
