using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Ranking;

/// <summary>What one epoch came to.</summary>
/// <param name="Epoch">0: the start mix, before any step.</param>
/// <param name="Loss">Mean training loss.</param>
/// <param name="Ndcg">NDCG@100 on the users held back from training.</param>
internal readonly record struct HeadEpoch(int Epoch, double Loss, double Ndcg);

/// <summary>
/// Trains a head by Adam and keeps the epoch that ranks held-back users best, epoch 0 being the start mix: training cannot end below the start
/// on those users, and does not leave it for a lead of a thousandth, which is noise.
/// </summary>
internal sealed class HeadTraining
{
    private const double LeastLead = 1e-3;
    private const int MaxJudgedUsers = 2000, MaxTemperedLists = 2000;

    private readonly RankingData _data;
    private readonly RankingOptions _options;
    private readonly Action<HeadEpoch> _report;
    private readonly TeacherScores? _teacher;

    public HeadTraining(RankingData data, RankingOptions options, Action<HeadEpoch> report, TeacherScores? teacher = null)
    {
        _teacher = teacher;
        _data = data;
        _options = options;
        _report = report;
    }

    /// <summary>The best epoch of a run.</summary>
    public HeadEpoch Best { get; private set; }

    /// <summary>Epoch 0 of a run.</summary>
    public HeadEpoch Start { get; private set; }

    /// <summary>NDCG@100 of the teacher on the users held back; NaN without one.</summary>
    public double TeacherNdcg { get; private set; } = double.NaN;

    /// <summary>The teacher's labels of the training lists; null without one.</summary>
    public SoftLabels? Soft { get; private set; }

    /// <summary>
    /// Trains. Null where fewer than two users have both a held-out positive and an item they do not know: there is nothing to learn from
    /// and to judge by.
    /// </summary>
    public HeadWeights? Run(HeadShape shape)
    {
        int[] users = [.. Enumerable.Range(0, _data.UserCount).Where(CanLearn)];
        if (users.Length < 2)
            return null;
        int threads = _options.Threads;
        var random = Xoshiro256.Stream(_options.Seed);
        random.Shuffle<int>(users);
        int judged = Math.Clamp((int)Math.Round(users.Length * (double)_options.ValidationFraction), 1, users.Length - 1);
        var judge = new HeldOutJudge(_data, Sorted(users.Take(Math.Min(judged, MaxJudgedUsers))), _options.Seed, threads);

        // The mix has one number a pair, too few to fit noise: it is chosen on the training users' rows too.
        float[] scales = StartMix.PairScales(_data, shape.Pairs, users, _options.Seed);
        var mixJudge = new HeldOutJudge(_data, Sorted(users.Take(MaxJudgedUsers)), _options.Seed, threads);
        float[] mix = StartMix.Weights(mixJudge, shape, scales);
        var weights = HeadWeights.Start(shape, scales, mix, _options.Seed);
        var lists = UserList.Of(_data, Sorted(users.Skip(judged)));
        if (_teacher is not null)
        {
            TeacherNdcg = judge.Ndcg(_teacher);
            Soft = SoftLabels.Of(_data, _teacher, lists, _options);
        }
        var gradient = new HeadGradient(_data, weights, _options, threads, Soft);

        random.Shuffle<UserList>(lists);
        var tempered = lists.AsMemory(0, Math.Min(MaxTemperedLists, lists.Length));
        float factor = StartMix.Temperature(gradient, weights, tempered);
        weights = HeadWeights.Start(shape, scales, [.. mix.Select(w => w * factor)], _options.Seed);
        return Descend(weights, gradient, judge, lists, startLoss: gradient.Compute(weights, tempered, 0, []));
    }

    private HeadWeights Descend(HeadWeights weights, HeadGradient gradient, HeldOutJudge judge, UserList[] lists, double startLoss)
    {
        Start = Best = new HeadEpoch(0, startLoss, judge.Ndcg(weights));
        _report(Start);
        float[] parameters = weights.Parameters, best = [.. parameters];
        var moments = (First: new float[parameters.Length], Second: new float[parameters.Length]);
        float[] slopes = new float[parameters.Length];
        int step = 0;
        for (int epoch = 1; epoch <= _options.Epochs && epoch - Best.Epoch <= _options.Patience; epoch++)
        {
            var random = Xoshiro256.Stream(_options.Seed, epoch);
            random.Shuffle<UserList>(lists);
            double loss = 0;
            for (int first = 0; first < lists.Length; first += _options.BatchSize)
            {
                _options.CancellationToken.ThrowIfCancellationRequested();
                int count = Math.Min(_options.BatchSize, lists.Length - first);
                loss += count * gradient.Compute(weights, lists.AsMemory(first, count), epoch, slopes);
                AdamKernel.Step(parameters, slopes, moments.First, moments.Second, new AdamStep { LearningRate = _options.LearningRate, StepNumber = ++step });
            }
            var reached = new HeadEpoch(epoch, loss / lists.Length, judge.Ndcg(weights));
            _report(reached);
            if (reached.Ndcg <= Best.Ndcg || reached.Ndcg <= Start.Ndcg * (1 + LeastLead))
                continue;
            Best = reached;
            parameters.CopyTo(best, 0);
        }
        return weights.With(best);
    }

    private bool CanLearn(int user) => _data.HeldOut.ItemsOf(user).Length > 0 && _data.Known.ItemsOf(user).Length < _data.ItemCount;

    private static int[] Sorted(IEnumerable<int> users) => [.. users.Order()];
}
