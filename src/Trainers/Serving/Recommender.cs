using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Serving;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>
/// Top-N recommendation in milliseconds, from vectors computed once: for a user, for a history of items, for a text, for items like an
/// item. Made by <c>ml.Hybrid.CreateRecommender</c>.
/// Safe to use from many threads; <see cref="Swap"/> and <see cref="Refresh"/> put another version into service while requests go on.
/// </summary>
/// <remarks>
/// <para>Lists of users are exact by default: the items with the highest scores of the model's own Score column; see
/// <see cref="RetrievalMode"/>. Items of equal score come in the order of their
/// popularity in the data, then of their ids. A user id the data does not have gets the most popular items, each with its number of
/// interactions as the score;
/// <see cref="RecommendationResult.Source"/> tells.</para>
/// <para>A history of someone who is no user of the data becomes a user vector by a ridge regression, fitted on users of the data, from the
/// mean vector of their items; graph filters score a history
/// itself. Text queries compare with the items' texts by the encoder of the model. Items are like each other by the cosine of their
/// centered vectors.</para>
/// <para>Every answer comes from one version, which it names. Metrics and traces of System.Diagnostics are named HybridRec.MLNet.</para>
/// </remarks>
public sealed partial class Recommender : IDisposable
{
    private readonly MLContext _ml;
    private readonly int _seed;
    private readonly Lock _writing = new();
    private ServingSnapshot? _current;
    private int _built;
    private int _refreshed;
    private string? _swapped; // the version that refreshes count from

    internal Recommender(MLContext ml, ITransformer model, IDataView data, RecommenderOptions options, CancellationToken cancellationToken)
    {
        _ml = ml;
        options.Validate();
        _seed = ((IHostEnvironment)ml).Seed(StageNames.CreateRecommender, options.Seed);
        using Activity? activity = ServingTelemetry.Activities.StartActivity("create");
        long start = Stopwatch.GetTimestamp();
        _current = SnapshotBuilder.Build(ml, model, data, Seeded(options), options.Version ?? NextVersion(), cancellationToken);
        ServingTelemetry.Built(activity, "create", _current.Version, start);
    }

    /// <summary>Name of the version in service.</summary>
    public string Version => Current.Version;

    /// <summary>Items that can be recommended.</summary>
    public int ItemCount => Current.Items.Count;

    /// <summary>Users of the data.</summary>
    public int UserCount => Current.Users.Count;

    /// <summary>Length of a query or item vector; 0 for a model without them.</summary>
    public int Dimension => Current.Scorer.Dimension;

    /// <summary>The categories of the items, sorted; empty where the data has no category column.</summary>
    public IReadOnlyList<string> Categories => [.. Current.Items.Categories];

    /// <summary>The recall that calibrating the approximate index measured; null where there is none.</summary>
    public double? IndexRecall => (Current.Scorer as HeadServingScorer)?.Index?.Recall;

    private ServingSnapshot Current => Volatile.Read(ref _current) ?? throw new ObjectDisposedException(nameof(Recommender));

    /// <summary>Whether the data has a user.</summary>
    /// <param name="user">The id, as invariant text.</param>
    public bool Knows(string user) => Current.Users.TryGetCode(user, out _);

    /// <summary>An item; null when it is unknown.</summary>
    /// <param name="item">The id, as invariant text.</param>
    public ItemInfo? FindItem(string item)
    {
        ItemDirectory items = Current.Items;
        return items.TryGetRow(item, out int row) ? items.Item(row) : null;
    }

    /// <summary>The items of the version in service, most popular first.</summary>
    public IEnumerable<ItemInfo> Items()
    {
        ItemDirectory items = Current.Items;
        return items.ByPopularity.Select(items.Item);
    }

    /// <summary>Answers a request.</summary>
    /// <param name="request">What is asked for. Its numbers and lists may come from outside: they are checked against the limits of
    /// <see cref="RecommenderOptions"/>.</param>
    /// <param name="cancellationToken">Cancels before the answer is computed, and stops a text encoder.</param>
    /// <returns>The items, and what they were made from.</returns>
    /// <exception cref="UnknownIdException">The item or a category is unknown; or the user is, and no fallback is wanted.</exception>
    /// <exception cref="ArgumentException">The request is wrong, or beyond a limit; the message says what is allowed.</exception>
    /// <exception cref="NotSupportedException">The model has no texts, or no vectors, to answer it with.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    /// <exception cref="ObjectDisposedException">The recommender was disposed.</exception>
    [OverloadResolutionPriority(1)] // Recommend(new() { ... }) means this one
    public RecommendationResult Recommend(RecommendationRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using Activity? activity = ServingTelemetry.Activities.StartActivity("recommend");
        long start = Stopwatch.GetTimestamp();
        ServingSnapshot snapshot = Enter();
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            RequestCheck.Request(request, snapshot);
            RecommendationResult result = RequestAnswer.To(snapshot, request, out bool fellBack, cancellationToken);
            ServingTelemetry.Answered(activity, result.Source, result.IsExact, fellBack, result.Version, result.Items.Count, start);
            return result;
        }
        catch (Exception error)
        {
            ServingTelemetry.Failed(activity, error);
            throw;
        }
        finally
        {
            snapshot.Exit();
        }
    }

    /// <summary>The best items for a user, best first; what the list was made from stands beside it.</summary>
    /// <param name="user">The user's id, as invariant text. One the data does not have gets the most popular items.</param>
    /// <param name="count">Items wanted, at least 1; fewer come back when there are no more.</param>
    /// <param name="excludeSeen">Whether to leave out the items the data has for this user.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public RecommendationResult Recommend(string user, int count = 10, bool excludeSeen = true)
    {
        ArgumentNullException.ThrowIfNull(user);
        return ForUser(user, count, excludeSeen);
    }

    /// <summary>The best items for a user, best first; what the list was made from stands beside it.</summary>
    /// <param name="user">The user's id. One the data does not have gets the most popular items.</param>
    /// <param name="count">Items wanted, at least 1; fewer come back when there are no more.</param>
    /// <param name="excludeSeen">Whether to leave out the items the data has for this user.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public RecommendationResult Recommend(long user, int count = 10, bool excludeSeen = true)
    {
        const int MostDigits = 20;
        Span<char> id = stackalloc char[MostDigits];
        user.TryFormat(id, out int length, default, CultureInfo.InvariantCulture);
        return ForUser(id[..length], count, excludeSeen);
    }

    /// <inheritdoc cref="Recommend(long, int, bool)"/>
    public RecommendationResult Recommend(int user, int count = 10, bool excludeSeen = true) =>
        Recommend((long)user, count, excludeSeen);

    /// <summary>The lists of all users, in the order of the data, all from the version in service when the enumeration begins.</summary>
    /// <param name="count">Items of a list, at least 1.</param>
    /// <param name="excludeSeen">Whether to leave out the items the data has for a user.</param>
    /// <param name="threads">Threads; 0 takes all cores. The lists do not depend on it.</param>
    /// <param name="cancellationToken">Stops between blocks of users.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1, or <paramref name="threads"/> below
    /// 0.</exception>
    public IEnumerable<UserRecommendations> RecommendAll(
        int count = 10, bool excludeSeen = true, int threads = 0, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        return All(count, excludeSeen, threads, cancellationToken);
    }

    private IEnumerable<UserRecommendations> All(int count, bool excludeSeen, int threads, CancellationToken cancellationToken)
    {
        const int MostUsers = 4096, MostPlaces = 1 << 20; // of a block: what is held at a time
        ServingSnapshot snapshot = Enter();
        try
        {
            int length = Math.Min(count, snapshot.Items.Count), block = Math.Clamp(MostPlaces / length, 1, MostUsers);
            UserBlocks blocks = snapshot.Scorer.Blocks();
            SeenItems? seen = excludeSeen ? snapshot.Taken.ItemsOf : null;
            for (int first = 0; first < snapshot.Users.Count; first += block)
            {
                var lists = new RankedLists(Math.Min(block, snapshot.Users.Count - first), length);
                blocks.Rank(first, lists, seen, threads, cancellationToken);
                foreach (UserRecommendations one in UserList.Results(snapshot, first, lists, threads))
                    yield return one;
            }
        }
        finally
        {
            snapshot.Exit();
        }
    }

    private RecommendationResult ForUser(ReadOnlySpan<char> user, int count, bool excludeSeen)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        using Activity? activity = ServingTelemetry.Activities.StartActivity("recommend");
        long start = Stopwatch.GetTimestamp();
        ServingSnapshot snapshot = Enter();
        try
        {
            RecommendationResult result = UserList.Of(snapshot, user, count, excludeSeen);
            bool fellBack = result.Source == RecommendationSource.Popularity;
            ServingTelemetry.Answered(activity, result.Source, result.IsExact, fellBack, result.Version, result.Count, start);
            return result;
        }
        catch (Exception error)
        {
            ServingTelemetry.Failed(activity, error);
            throw;
        }
        finally
        {
            snapshot.Exit();
        }
    }

    // A snapshot that ended between being read and being entered has a successor.
    private ServingSnapshot Enter()
    {
        while (true)
        {
            ServingSnapshot snapshot = Current;
            if (snapshot.TryEnter())
                return snapshot;
        }
    }
}
