using System.Buffers;
using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Accel;

/// <summary>Fills in the scores of all items for users.</summary>
/// <param name="first">Place of the first of them among <see cref="HeldOutPositives.Users"/>.</param>
/// <param name="users">Users of the graph.</param>
/// <param name="scores">Receives users x items, row-major.</param>
internal delegate void ScoreUsers(int first, ReadOnlySpan<int> users, Span<float> scores);

/// <summary>
/// A tenth of the positives of some users, held back to choose by: fit on <see cref="Rest"/>, then ask for <see cref="Ndcg(ScoreUsers, int,
/// int)"/>. Which ones is drawn from a seed and the numbers of the users alone, so it is the same for any number of threads.
/// </summary>
internal sealed class HeldOutPositives
{
    /// <summary>Users that are judged at most.</summary>
    public const int MostUsers = 2000;

    private const int Share = 10;
    private const int MostFolds = 3;
    private const int BlockUsers = 32;
    private const int PositivesAFold = 5000; // above so many judged positives one fold tells enough

    private readonly int[][] _held;

    private HeldOutPositives(InteractionGraph rest, int[] users, int[][] held) => (Rest, Users, _held) = (rest, users, held);

    /// <summary>The positives that are left.</summary>
    public InteractionGraph Rest { get; }

    /// <summary>Those who are judged, ascending; each has something held back and something left.</summary>
    public IReadOnlyList<int> Users { get; }

    /// <summary>What is held back of a judged user, ascending.</summary>
    /// <param name="judged">Place among <see cref="Users"/>.</param>
    public ReadOnlySpan<int> HeldOf(int judged) => _held[judged];

    /// <summary>What somebody else has held back; null where no user has something held back and something left.</summary>
    /// <param name="rest">The positives that are left.</param>
    /// <param name="held">Those held back, of the same users and items.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="mostUsers">Users that are judged at most.</param>
    public static HeldOutPositives? Of(InteractionGraph rest, InteractionGraph held, long seed = 1, int mostUsers = MostUsers)
    {
        int[] users = Drawn(
            [.. Enumerable.Range(0, rest.UserCount).Where(user => !rest.ItemsOf(user).IsEmpty && Unknown(user).Length > 0)], seed,
            mostUsers);
        return users.Length == 0 ? null : new HeldOutPositives(rest, users, [.. users.Select(Unknown)]);

        int[] Unknown(int user) => [.. held.ItemsOf(user).ToArray().Where(item => !rest.Contains(user, item))];
    }

    /// <summary>
    /// One holdout, or up to three that do not overlap where there is so little data that one alone says little; none where no user has two
    /// positives.
    /// </summary>
    /// <param name="graph">All positives.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="mostUsers">Users that are judged at most.</param>
    public static IReadOnlyList<HeldOutPositives> Folds(InteractionGraph graph, long seed = 1, int mostUsers = MostUsers)
    {
        int[] users = Drawn(
            [.. Enumerable.Range(0, graph.UserCount).Where(user => graph.ItemsOf(user).Length > 1)], seed, mostUsers);
        if (users.Length == 0)
            return [];
        int[][] orders = [.. users.Select(user => Shuffled(graph.ItemsOf(user), Xoshiro256.Stream(seed, 1, user)))];
        int positives = orders.Sum(order => HeldCount(order.Length));
        int folds = Math.Clamp(PositivesAFold / positives, 1, MostFolds);
        return [.. Enumerable.Range(0, folds).Select(fold => Fold(graph, users, orders, fold)).Where(fold => fold.Users.Count > 0)];
    }

    /// <summary>
    /// NDCG at k of each judged user: what they still have is masked, and among equal scores what is not held back comes first.
    /// </summary>
    /// <param name="score">Scores users; called from many threads.</param>
    /// <param name="threads">Threads; 0: all cores. The result does not depend on it.</param>
    /// <param name="k">Places that count.</param>
    public double[] Ndcg(ScoreUsers score, int threads, int k = 20)
    {
        double[] ndcg = new double[Users.Count];
        int[] users = [.. Users];
        Parallelism.For((users.Length + BlockUsers - 1) / BlockUsers, threads, block =>
        {
            int first = block * BlockUsers, count = Math.Min(BlockUsers, users.Length - first), items = Rest.ItemCount;
            float[] scores = ArrayPool<float>.Shared.Rent(count * items);
            score(first, users.AsSpan(first, count), scores.AsSpan(0, count * items));
            for (int u = 0; u < count; u++)
            {
                ndcg[first + u] = RankingMath.PessimisticNdcg(
                    scores.AsSpan(u * items, items), Rest.ItemsOf(users[first + u]), _held[first + u], k);
            }

            ArrayPool<float>.Shared.Return(scores);
        });
        return ndcg;
    }

    private static int[] Drawn(int[] users, long seed, int most)
    {
        if (users.Length <= most)
            return users;
        int[] chosen = Shuffled(users, Xoshiro256.Stream(seed))[..most];
        Array.Sort(chosen);
        return chosen;
    }

    private static int HeldCount(int positives) => Math.Max(1, positives / Share);

    private static HeldOutPositives Fold(InteractionGraph graph, int[] users, int[][] orders, int fold)
    {
        List<int> judged = [], restUsers = new(graph.EdgeCount), restItems = new(graph.EdgeCount);
        List<int[]> held = [];
        for (int user = 0, next = 0; user < graph.UserCount; user++)
        {
            int[] own = [];
            if (next < users.Length && users[next] == user)
            {
                int count = HeldCount(orders[next].Length), first = fold * count;
                if (first + count <= orders[next].Length)
                    own = orders[next][first..(first + count)];
                next++;
            }

            Array.Sort(own);
            if (own.Length > 0)
            {
                judged.Add(user);
                held.Add(own);
            }

            foreach (int item in graph.ItemsOf(user))
            {
                if (own.AsSpan().BinarySearch(item) >= 0)
                    continue;
                restUsers.Add(user);
                restItems.Add(item);
            }
        }

        var rest = InteractionGraph.FromPairs(
            graph.UserCount, graph.ItemCount, CollectionsMarshal.AsSpan(restUsers), CollectionsMarshal.AsSpan(restItems));
        return new HeldOutPositives(rest, [.. judged], [.. held]);
    }

    private static int[] Shuffled(ReadOnlySpan<int> values, Xoshiro256 random)
    {
        int[] shuffled = values.ToArray();
        random.Shuffle<int>(shuffled);
        return shuffled;
    }
}
