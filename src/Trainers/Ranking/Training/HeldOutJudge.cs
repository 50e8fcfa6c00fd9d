using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Ranking;

/// <summary>
/// NDCG of users' held-out positives, ranked among all items with the rest of what they took masked: cut where people stop to read, with
/// the evaluator's pessimistic ties. More items than <see cref="MaxItems"/> are thinned to a random sample plus the held-out items of those
/// users, the same for every call.
/// </summary>
internal sealed class HeldOutJudge
{
    /// <summary>Places that count: as far as people read.</summary>
    public const int K = 20;

    private const int MaxItems = 8192, SampledItems = 4096, Block = 512, UsersAChunk = 16;

    private readonly RankingData _data;
    private readonly int[] _users;
    private readonly int[] _items;
    private readonly int[] _position;
    private readonly float[] _vectors;
    private readonly int _threads;

    public HeldOutJudge(RankingData data, int[] users, int seed, int threads)
    {
        _data = data;
        _users = users;
        _threads = threads;
        _items = Candidates(data, users, seed);
        _position = new int[data.ItemCount];
        Array.Fill(_position, -1);
        _vectors = new float[_items.Length * data.ItemDimension];
        for (int i = 0; i < _items.Length; i++)
        {
            _position[_items[i]] = i;
            data.Item(_items[i]).CopyTo(_vectors.AsSpan(i * data.ItemDimension));
        }
    }

    /// <summary>NDCG of each user by one set of weights.</summary>
    public double[] PerUser(HeadWeights weights)
    {
        var values = new double[_users.Length];
        int chunks = (_users.Length + UsersAChunk - 1) / UsersAChunk;
        Parallelism.For(chunks, _threads, chunk =>
        {
            var pass = new HeadPass(weights, Block);
            float[] scores = new float[_items.Length], pairScores = new float[Block * weights.Shape.Scores];
            for (int i = chunk * UsersAChunk; i < Math.Min(_users.Length, (chunk + 1) * UsersAChunk); i++)
            {
                Score(pass, weights, _users[i], scores, pairScores);
                values[i] = RankingMath.PessimisticNdcg(scores, [], Mask(_users[i], scores), K);
            }
        });
        return values;
    }

    /// <summary>Mean NDCG of a teacher; 0 for users that it does not know.</summary>
    public double Ndcg(TeacherScores teacher)
    {
        double[] values = new double[_users.Length];
        Parallelism.For(_users.Length, _threads, i =>
        {
            if (!teacher.Knows(_users[i]))
                return;
            float[] all = new float[_data.ItemCount];
            teacher.Score(_users[i], all);
            float[] scores = [.. _items.Select(item => float.IsNaN(all[item]) ? float.NegativeInfinity : all[item])];
            values[i] = RankingMath.PessimisticNdcg(scores, [], Mask(_users[i], scores), K);
        });
        return values.Average();
    }

    private void Score(HeadPass pass, HeadWeights weights, int user, Span<float> scores, float[] pairScores)
    {
        pass.Fold(weights, _data.User(user));
        int width = _data.ItemDimension;
        for (int first = 0; first < _items.Length; first += Block)
        {
            int count = Math.Min(Block, _items.Length - first);
            _data.PairRows?.Gather(user, _items.AsSpan(first, count), pairScores);
            pass.Forward(_vectors.AsSpan(first * width, count * width), pairScores, count, scores.Slice(first, count));
        }
    }

    /// <summary>Masks what else a user took; the positions of their held-out items.</summary>
    private int[] Mask(int user, Span<float> scores)
    {
        var relevant = _data.HeldOut.ItemsOf(user);
        foreach (int item in _data.Known.ItemsOf(user))
        {
            if (_position[item] >= 0 && relevant.BinarySearch(item) < 0)
                scores[_position[item]] = float.NegativeInfinity;
        }

        int[] positions = new int[relevant.Length];
        for (int i = 0; i < positions.Length; i++)
            positions[i] = _position[relevant[i]];
        return positions;
    }

    /// <summary>The items that are ranked, by their codes.</summary>
    public static int[] Candidates(RankingData data, int[] users, int seed)
    {
        if (data.ItemCount <= MaxItems)
            return [.. Enumerable.Range(0, data.ItemCount)];
        var kept = new SortedSet<int>();
        var random = Xoshiro256.Stream(seed);
        while (kept.Count < SampledItems)
            kept.Add(random.NextInt32(data.ItemCount));
        foreach (int user in users)
            foreach (int item in data.HeldOut.ItemsOf(user))
                kept.Add(item);
        return [.. kept];
    }
}
