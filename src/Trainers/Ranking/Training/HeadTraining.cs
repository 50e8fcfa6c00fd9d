using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Ranking;

/// <summary>
/// Trains a head by Adam and keeps the epoch that ranks held-back users best, epoch 0 being the start mix: training cannot end below the
/// start on those users, and does not leave it for a lead of a thousandth, which is noise.
/// </summary>
internal sealed class HeadTraining
{
    private const double LeastLead = 1e-3;
    private const int MaxJudgedUsers = 2000, MaxTemperedLists = 2000;

    private readonly RankingData _data;
    private readonly RankingOptions _options;
    private readonly TrainingSettings _settings;
    private readonly int _seed;
    private readonly Action<HeadEpoch> _report;
    private readonly TeacherScores? _teacher;

    /// <param name="data">What the head is trained on.</param>
    /// <param name="options">The options in effect.</param>
    /// <param name="report">Told after every epoch, and of the start as epoch 0; may throw to cancel.</param>
    /// <param name="teacher">What the teacher thinks of the pairs; null for none.</param>
    public HeadTraining(RankingData data, RankingOptions options, Action<HeadEpoch> report, TeacherScores? teacher = null)
    {
        _teacher = teacher;
        _data = data;
        _options = options;
        _settings = options.Training;
        _seed = options.Training.Seed!.Value;
        _report = report;
    }

    /// <summary>The best epoch of a run.</summary>
    public HeadEpoch Best { get; private set; }

    /// <summary>The epoch after which a checkpoint was continued; 0 where none was.</summary>
    public int ContinuedAfter { get; private set; }

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
        int threads = _settings.Threads;
        var random = Xoshiro256.Stream(_seed);
        random.Shuffle<int>(users);
        int judged = Math.Clamp((int)Math.Round(users.Length * (double)_options.ValidationFraction), 1, users.Length - 1);
        var judge = new HeldOutJudge(_data, Sorted(users.Take(Math.Min(judged, MaxJudgedUsers))), _seed, threads);

        // The mix has one number a pair, too few to fit noise: it is chosen on the training users' rows too.
        float[] scales = StartMix.PairScales(_data, shape.Pairs, users, _seed);
        var mixJudge = new HeldOutJudge(_data, Sorted(users.Take(MaxJudgedUsers)), _seed, threads);
        float[] mix = StartMix.Weights(mixJudge, shape, scales);
        var weights = HeadWeights.Start(shape, scales, mix, _seed);
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
        weights = HeadWeights.Start(shape, scales, [.. mix.Select(w => w * factor)], _seed);
        return Descend(weights, gradient, judge, lists, startLoss: gradient.Compute(weights, tempered, 0, []));
    }

    private HeadWeights Descend(HeadWeights weights, HeadGradient gradient, HeldOutJudge judge, UserList[] lists, double startLoss)
    {
        Start = new HeadEpoch(0, startLoss, judge.Ndcg(weights));
        var state = new HeadState(weights.Parameters, [.. lists.Select(list => list.Id)], Start);
        var checkpoint = _settings.CheckpointPath is { } path
            ? new HeadCheckpoint(path, HeadCheckpoint.Fingerprint(_options, _data, Soft))
            : null;
        if (_settings.Resume && checkpoint!.TryLoad(state))
            ContinuedAfter = state.Epoch;
        else
            _report(Start);
        UserList[] byId = [.. lists.OrderBy(list => list.Id)];
        for (int i = 0; i < lists.Length; i++)
            lists[i] = byId[state.Order[i]];

        int epochs = _settings.Epochs!.Value, patience = _settings.Patience!.Value;
        while (state.Epoch < epochs && (patience == 0 || state.Epoch - state.Best.Epoch < patience))
        {
            var reached = Epoch(state, weights, gradient, judge, lists);
            if (reached.Ndcg > state.Best.Ndcg && reached.Ndcg > Start.Ndcg * (1 + LeastLead))
            {
                state.Best = reached;
                state.Parameters.CopyTo(state.BestParameters, 0);
            }

            if (reached.Epoch % _settings.CheckpointEvery!.Value == 0 || reached.Epoch == epochs)
                checkpoint?.Save(state);
            _report(reached);
        }

        Best = state.Best;
        return weights.With(state.BestParameters);
    }

    private HeadEpoch Epoch(HeadState state, HeadWeights weights, HeadGradient gradient, HeldOutJudge judge, UserList[] lists)
    {
        int epoch = state.Epoch + 1, batch = _settings.BatchSize!.Value;
        float rate = (float)(_settings.LearningRate!.Value * _settings.RateShare(epoch));
        float[] slopes = new float[state.Parameters.Length];
        var random = Xoshiro256.Stream(_seed, epoch);
        random.Shuffle<UserList>(lists);
        double loss = 0;
        for (int first = 0; first < lists.Length; first += batch)
        {
            _settings.CancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(batch, lists.Length - first);
            loss += count * gradient.Compute(weights, lists.AsMemory(first, count), epoch, slopes);
            var step = new AdamStep { LearningRate = rate, StepNumber = ++state.Steps };
            AdamKernel.Step(state.Parameters, slopes, state.FirstMoment, state.SecondMoment, step);
        }

        for (int i = 0; i < lists.Length; i++)
            state.Order[i] = lists[i].Id;
        state.Epoch = epoch;
        return new HeadEpoch(epoch, loss / lists.Length, judge.Ndcg(weights));
    }

    private bool CanLearn(int user) => _data.HeldOut.ItemsOf(user).Length > 0 && _data.Known.ItemsOf(user).Length < _data.ItemCount;

    private static int[] Sorted(IEnumerable<int> users) => [.. users.Order()];
}
