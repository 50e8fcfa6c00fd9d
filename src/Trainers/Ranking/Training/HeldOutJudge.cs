using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Ranking;

/// <summary>
/// NDCG of users' held-out positives, ranked among all items with the rest of what they took masked. It is cut at 100: most of a user's few
/// held-out items lie below rank 10, and NDCG@10 chose models by noise. More items than
/// <see cref="MaxItems"/> are thinned to a random sample plus the held-out items of those users, the same for every call.
/// </summary>
internal sealed class HeldOutJudge
{
    public const int K = 100;
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
        _items = data.ItemCount <= MaxItems ? [.. Enumerable.Range(0, data.ItemCount)] : Thin(data, users, seed);
        _position = new int[data.ItemCount];
        Array.Fill(_position, -1);
        _vectors = new float[_items.Length * data.ItemDimension];
        for (int i = 0; i < _items.Length; i++)
        {
            _position[_items[i]] = i;
            data.Item(_items[i]).CopyTo(_vectors.AsSpan(i * data.ItemDimension));
        }
    }

    /// <summary>NDCG@100 of one set of weights.</summary>
    public double Ndcg(HeadWeights weights) => Ndcg([weights], [[1f]])[0];

    /// <summary>NDCG@100 of a teacher; 0 for users that it does not know.</summary>
    public double Ndcg(TeacherScores teacher)
    {
        double[] values = new double[_users.Length];
        Parallelism.For(_users.Length, _threads, i =>
        {
            if (!teacher.Knows(_users[i]))
                return;
            float[] all = new float[_data.ItemCount];
            teacher.Score(_users[i], all);
            var excluded = new List<int>();
            int[] relevant = Mask(_users[i], excluded);
            values[i] = One([.. _items.Select(item => all[item])], excluded, relevant);
        });
        return values.Average();
    }

    /// <summary>NDCG@100 of each mix of several heads' scores: sum_h mix[h] * score_h.</summary>
    public double[] Ndcg(IReadOnlyList<HeadWeights> heads, IReadOnlyList<float[]> mixes)
    {
        double[] values = PerUser(heads, mixes);
        var means = new double[mixes.Count];
        for (int i = 0; i < values.Length; i++)
            means[i % mixes.Count] += values[i] / _users.Length;
        return means;
    }

    /// <summary>NDCG@100 of user i under mix m at i * mixes + m.</summary>
    private double[] PerUser(IReadOnlyList<HeadWeights> heads, IReadOnlyList<float[]> mixes)
    {
        var values = new double[_users.Length * mixes.Count];
        int chunks = (_users.Length + UsersAChunk - 1) / UsersAChunk;
        Parallelism.For(chunks, _threads, chunk =>
        {
            var passes = heads.Select(h => new HeadPass(h, Block)).ToArray();
            var scores = heads.Select(_ => new float[_items.Length]).ToArray();
            float[] mixed = new float[_items.Length];
            var excluded = new List<int>();
            for (int i = chunk * UsersAChunk; i < Math.Min(_users.Length, (chunk + 1) * UsersAChunk); i++)
            {
                int user = _users[i];
                for (int head = 0; head < heads.Count; head++)
                    Score(passes[head], heads[head], _data.User(user), scores[head]);
                int[] relevant = Mask(user, excluded);
                for (int m = 0; m < mixes.Count; m++)
                {
                    Mix(scores, mixes[m], mixed);
                    values[i * mixes.Count + m] = One(mixed, excluded, relevant);
                }
            }
        });
        return values;
    }

    private void Score(HeadPass pass, HeadWeights weights, ReadOnlySpan<float> user, Span<float> scores)
    {
        pass.Fold(weights, user);
        int width = _data.ItemDimension;
        for (int first = 0; first < _items.Length; first += Block)
        {
            int count = Math.Min(Block, _items.Length - first);
            pass.Forward(_vectors.AsSpan(first * width, count * width), count, scores.Slice(first, count));
        }
    }

    private static void Mix(float[][] scores, float[] mix, float[] mixed)
    {
        for (int i = 0; i < mixed.Length; i++)
        {
            float sum = 0;
            for (int head = 0; head < mix.Length; head++)
                sum += mix[head] * scores[head][i];
            mixed[i] = sum;
        }
    }

    /// <summary>The held-out items of a user and, as positions, what else they took.</summary>
    private int[] Mask(int user, List<int> excluded)
    {
        var relevant = _data.HeldOut.ItemsOf(user);
        excluded.Clear();
        foreach (int item in _data.Known.ItemsOf(user))
            if (_position[item] >= 0 && relevant.BinarySearch(item) < 0)
                excluded.Add(_position[item]);
        int[] positions = new int[relevant.Length];
        for (int i = 0; i < positions.Length; i++)
            positions[i] = _position[relevant[i]];
        return positions;
    }

    private static double One(float[] scores, List<int> excluded, int[] relevant)
    {
        Span<int> ranked = stackalloc int[K];
        Span<float> top = stackalloc float[K];
        int found = TopKKernel.Select(scores, CollectionsMarshal.AsSpan(excluded), ranked, top);
        return RankingMath.Ndcg(ranked[..found], relevant, K);
    }

    private static int[] Thin(RankingData data, int[] users, int seed)
    {
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
