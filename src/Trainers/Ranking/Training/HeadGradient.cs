using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Ranking;

/// <summary>
/// Mean loss of a batch of user lists plus the L2 penalty, and its gradient. Lists are cut into a fixed number of chunks, each with a
/// gradient of its own, added up in order: the bytes do not depend on the number of threads.
/// </summary>
internal sealed class HeadGradient
{
    private const int Chunks = 8;

    private readonly RankingData _data;
    private readonly RankingObjective _objective;
    private readonly UniformNegativeSampler _sampler;
    private readonly int _seed;
    private readonly int _negatives;
    private readonly float _l2;
    private readonly float _dropout;
    private readonly int _threads;
    private readonly SoftLabels? _soft;
    private readonly float _softShare;
    private readonly float _temperature;
    private readonly Worker[] _workers;

    public HeadGradient(RankingData data, HeadWeights weights, RankingOptions options, int threads, SoftLabels? soft = null)
    {
        _soft = soft;
        (_softShare, _temperature) = options.Distillation is { } teacher ? (teacher.SoftShare, teacher.Temperature) : (0, 1);
        _data = data;
        _sampler = new UniformNegativeSampler(data.Known);
        _seed = options.Training.Seed!.Value;
        _objective = options.Objective;
        _negatives = options.Negatives;
        _l2 = options.L2Regularization;
        _dropout = options.Head.DropoutShare;
        _threads = threads;
        int low = 0;
        if (data.LowRated is { } graph)
            for (int user = 0; user < graph.UserCount; user++)
                low = Math.Max(low, graph.ItemsOf(user).Length);
        int capacity = Math.Max(UserList.MaxPositives + _negatives + low, soft?.Longest ?? 0);
        _workers = [.. Enumerable.Range(0, Chunks).Select(_ => new Worker(weights, capacity, data.ItemDimension))];
    }

    /// <summary>Loss and gradient of a batch.</summary>
    /// <param name="weights">Where.</param>
    /// <param name="lists">The lists of the batch.</param>
    /// <param name="epoch">The epoch: a list draws other negatives in each.</param>
    /// <param name="gradient">Overwritten; empty: only the loss is computed, without dropout.</param>
    public double Compute(HeadWeights weights, ReadOnlyMemory<UserList> lists, int epoch, float[] gradient)
    {
        bool backward = gradient.Length > 0;
        Parallelism.For(Chunks, _threads, chunk =>
        {
            var worker = _workers[chunk];
            worker.Loss = 0;
            if (backward)
                Array.Clear(worker.Gradient);
            int first = lists.Length * chunk / Chunks, end = lists.Length * (chunk + 1) / Chunks;
            for (int i = first; i < end; i++)
                worker.Loss += One(worker, weights, lists.Span[i], epoch, 1f / lists.Length, backward);
        });

        double loss = 0;
        foreach (var worker in _workers)
            loss += worker.Loss;
        ReadOnlySpan<float> parameters = weights.Parameters;
        loss += 0.5 * _l2 * TensorPrimitives.SumOfSquares(parameters);
        if (!backward)
            return loss;
        TensorPrimitives.Multiply(parameters, _l2, gradient);
        foreach (var worker in _workers)
            TensorPrimitives.Add(gradient, worker.Gradient, gradient);
        return loss;
    }

    private double One(Worker worker, HeadWeights weights, UserList list, int epoch, float share, bool backward)
    {
        var random = Xoshiro256.Stream(_seed, epoch, list.Id);
        worker.Pass.Fold(weights, _data.User(list.User));
        var soft = _soft?[list.Id];
        float softShare = soft is null ? 0 : _softShare;
        double loss = softShare < 1 ? Hard(worker, list, ref random, share * (1 - softShare), backward) : 0;
        return soft is null ? loss : loss + Soft(worker, list.User, soft, ref random, share * softShare, backward);
    }

    private double Hard(Worker worker, UserList list, ref Xoshiro256 random, float share, bool backward)
    {
        var items = worker.Items.AsSpan();
        _data.HeldOut.ItemsOf(list.User).Slice(list.First, list.Count).CopyTo(items);
        int count = list.Count;
        for (int n = 0; n < _negatives && _sampler.TrySample(list.User, ref random, out int item); n++)
            items[count++] = item;
        if (_data.LowRated is { } low)
        {
            low.ItemsOf(list.User).CopyTo(items[count..]);
            count += low.ItemsOf(list.User).Length;
        }
        if (count == list.Count)
            return 0;

        Forward(worker, list.User, items[..count], backward, ref random);
        double loss = ListLoss.Step(_objective, worker.Scores.AsSpan(0, count), list.Count, worker.Slopes);
        Backward(worker, count, share, backward);
        return loss * share;
    }

    private double Soft(Worker worker, int user, SoftList list, ref Xoshiro256 random, float share, bool backward)
    {
        int count = list.Items.Length;
        Forward(worker, user, list.Items, backward, ref random);
        double loss = ListLoss.Soft(worker.Scores.AsSpan(0, count), list.Targets, _temperature, worker.Slopes);
        Backward(worker, count, share, backward);
        return loss * share;
    }

    private void Forward(Worker worker, int user, ReadOnlySpan<int> items, bool backward, ref Xoshiro256 random)
    {
        _data.PairRows?.Gather(user, items, worker.PairScores);
        int width = _data.ItemDimension;
        for (int c = 0; c < items.Length; c++)
            _data.Item(items[c]).CopyTo(worker.Vectors.AsSpan(c * width, width));
        worker.Pass.Forward(worker.Vectors, worker.PairScores, items.Length, worker.Scores, backward ? _dropout : 0, ref random);
    }

    private static void Backward(Worker worker, int count, float share, bool backward)
    {
        if (!backward)
            return;
        TensorPrimitives.Multiply(worker.Slopes.AsSpan(0, count), share, worker.Slopes);
        worker.Pass.Backward(worker.Vectors, worker.PairScores, count, worker.Slopes, worker.Gradient);
    }

    private sealed class Worker(HeadWeights weights, int capacity, int width)
    {
        public HeadPass Pass { get; } = new(weights, capacity);

        public int[] Items { get; } = new int[capacity];

        public float[] Vectors { get; } = new float[capacity * width];

        public float[] PairScores { get; } = new float[capacity * weights.Shape.Scores];

        public float[] Scores { get; } = new float[capacity];

        public float[] Slopes { get; } = new float[capacity];

        public float[] Gradient { get; } = new float[weights.Parameters.Length];

        public double Loss { get; set; }
    }
}
