using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Ranking;

/// <summary>
/// The lists of users by which a mix of parts is chosen: for each user the candidates that any part puts near the top, and the held-out
/// items, with every part's score of them. A mix is then judged by a product of a few numbers, not by the whole catalog.
/// </summary>
internal sealed class MixCases
{
    private const int TopOfAPart = 150;

    private readonly MixCase[] _cases;
    private readonly int _threads;

    private MixCases(MixCase[] cases, int parts, int threads) => (_cases, Parts, _threads) = (cases, parts, threads);

    /// <summary>Parts that are mixed.</summary>
    public int Parts { get; }

    /// <summary>Scores all parts for the users.</summary>
    /// <param name="data">Users and items.</param>
    /// <param name="shape">Its pairs and scores are the parts.</param>
    /// <param name="scales">What brings each part to one scale.</param>
    /// <param name="users">The users, with held-out items each.</param>
    /// <param name="seed">Of the sample of a large catalog.</param>
    /// <param name="threads">Threads; 0: all cores.</param>
    public static MixCases Of(RankingData data, HeadShape shape, float[] scales, int[] users, int seed, int threads)
    {
        int[] items = HeldOutJudge.Candidates(data, users, seed);
        int[] position = new int[data.ItemCount];
        Array.Fill(position, -1);
        for (int i = 0; i < items.Length; i++)
            position[items[i]] = i;
        var cases = new MixCase[users.Length];
        Parallelism.For(users.Length, threads, u => cases[u] = Case(data, shape, scales, users[u], items, position));
        return new MixCases(cases, shape.MixedParts, threads);
    }

    /// <summary>NDCG of each user by a mix.</summary>
    public double[] PerUser(float[] mix)
    {
        var values = new double[_cases.Length];
        const int Chunk = 64;
        Parallelism.For((_cases.Length + Chunk - 1) / Chunk, _threads, chunk =>
        {
            float[] mixed = new float[_cases.Skip(chunk * Chunk).Take(Chunk).Max(c => c.Candidates)];
            for (int i = chunk * Chunk; i < Math.Min(_cases.Length, (chunk + 1) * Chunk); i++)
                values[i] = _cases[i].Ndcg(mix, mixed);
        });
        return values;
    }

    private static MixCase Case(RankingData data, HeadShape shape, float[] scales, int user, int[] items, int[] position)
    {
        var relevant = data.HeldOut.ItemsOf(user);
        var excluded = new List<int>();
        foreach (int item in data.Known.ItemsOf(user))
        {
            if (position[item] >= 0 && relevant.BinarySearch(item) < 0)
                excluded.Add(position[item]);
        }

        excluded.Sort();
        int parts = shape.MixedParts, most = Math.Min(TopOfAPart, items.Length);
        float[][] scores = new float[parts][];
        var chosen = new SortedSet<int>();
        int[] best = new int[most];
        float[] top = new float[most];
        for (int part = 0; part < parts; part++)
        {
            scores[part] = Score(data, shape, scales, part, user, items);
            int found = TopKKernel.Select(scores[part], System.Runtime.InteropServices.CollectionsMarshal.AsSpan(excluded), best, top);
            chosen.UnionWith(best.Take(found));
        }

        foreach (int item in relevant)
            chosen.Add(position[item]);
        int[] candidates = [.. chosen];
        float[] kept = new float[parts * candidates.Length];
        for (int part = 0; part < parts; part++)
        {
            for (int i = 0; i < candidates.Length; i++)
                kept[(part * candidates.Length) + i] = scores[part][candidates[i]];
        }

        int[] own = new int[relevant.Length];
        for (int i = 0; i < own.Length; i++)
            own[i] = Array.BinarySearch(candidates, position[relevant[i]]);
        return new MixCase(kept, candidates.Length, own);
    }

    private static float[] Score(RankingData data, HeadShape shape, float[] scales, int part, int user, int[] items)
    {
        float[] scores = new float[items.Length];
        if (part >= shape.Pairs.Count)
        {
            ReadOnlySpan<float> row = data.PairRows!.Row(user, part - shape.Pairs.Count);
            for (int i = 0; i < items.Length; i++)
                scores[i] = row[items[i]] * scales[part];
            return scores;
        }

        ProductPair pair = shape.Pairs[part];
        var vector = data.User(user).Slice(pair.User, pair.Length);
        for (int i = 0; i < items.Length; i++)
            scores[i] = TensorPrimitives.Dot(vector, data.Item(items[i]).Slice(pair.Item, pair.Length)) * scales[part];
        return scores;
    }

    /// <summary>One user's candidates.</summary>
    /// <param name="Scores">Parts x candidates.</param>
    /// <param name="Candidates">Their number.</param>
    /// <param name="Relevant">The held-out ones among them.</param>
    private sealed record MixCase(float[] Scores, int Candidates, int[] Relevant)
    {
        public double Ndcg(float[] mix, float[] buffer)
        {
            Span<float> mixed = buffer.AsSpan(0, Candidates);
            mixed.Clear();
            for (int part = 0; part < mix.Length; part++)
            {
                if (mix[part] != 0)
                    TensorPrimitives.MultiplyAdd(Scores.AsSpan(part * Candidates, Candidates), mix[part], mixed, mixed);
            }

            return RankingMath.PessimisticNdcg(mixed, [], Relevant, HeldOutJudge.K);
        }
    }
}
