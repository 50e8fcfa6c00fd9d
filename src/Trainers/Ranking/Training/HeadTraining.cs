using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Ranking;

/// <summary>
/// Trains a head by Adam and keeps the epoch that ranks held-back users best, epoch 0 being the start mix: training cannot end below the
/// start on those users, and leaves it only for a gain that is more than noise (<see cref="PairedGain"/>).
/// </summary>
internal sealed class HeadTraining
{
    private const int MaxJudgedUsers = 2000, MaxTemperedLists = 2000;
    private const double BudgetShare = 0.95; // of a time budget; reading and serving take the rest

    private readonly RankingData _data;
    private readonly RankingOptions _options;
    private readonly TrainingSettings _settings;
    private readonly int _seed;
    private readonly Action<HeadEpoch> _report;
    private readonly TeacherScores? _teacher;
    private readonly PairKeys? _keys;

    /// <param name="data">What the head is trained on.</param>
    /// <param name="options">The options in effect.</param>
    /// <param name="report">Told after every epoch, and of the start as epoch 0; may throw to cancel.</param>
    /// <param name="teacher">What the teacher thinks of the pairs; null for none.</param>
    /// <param name="keys">What scores the pair; null for nothing.</param>
    public HeadTraining(
        RankingData data, RankingOptions options, Action<HeadEpoch> report, TeacherScores? teacher = null, PairKeys? keys = null)
    {
        _keys = keys;
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

    /// <summary>Why training ended before its time; null where it did not.</summary>
    public string? EndedEarly { get; private set; }

    /// <summary>How the start mix was chosen; null before a run.</summary>
    public MixSearch? Mix { get; private set; }

    /// <summary>Epoch 0 of a run.</summary>
    public HeadEpoch Start { get; private set; }

    /// <summary>NDCG@20 of the teacher on the users held back; NaN without one.</summary>
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
        if (_keys is { Scorers.Count: > 0 })
        {
            users = [.. users.Take(PairRows.MostUsers(_keys))];
            _data.PairRows = PairRows.Read(_keys, users, threads, _settings.CancellationToken);
        }

        int judged = Math.Clamp((int)Math.Round(users.Length * (double)_options.ValidationFraction), 1, users.Length - 1);
        var judge = new HeldOutJudge(_data, Sorted(users.Take(Math.Min(judged, MaxJudgedUsers))), _seed, threads);

        // The mix has one number a pair, too few to fit noise: it is chosen on the training users' rows too.
        float[] scales = StartMix.PairScales(_data, shape, users, _seed);
        Mix = new MixSearch(MixCases.Of(_data, shape, scales, Sorted(users.Take(MaxJudgedUsers)), _seed, threads), scales);
        float[] mix = Mix.Run();
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
        double[] startValues = judge.PerUser(weights);
        Start = new HeadEpoch(0, startLoss, startValues.Average());
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
        var pace = new EpochPace(_settings.Budget, BudgetShare, state.Epoch);
        while (state.Epoch < epochs && (patience == 0 || state.Epoch - state.Best.Epoch < patience))
        {
            if (!pace.Allows(state.Epoch, epochs: 1))
            {
                EndedEarly = $"ends after epoch {state.Epoch} of {epochs} for the time budget: {pace}";
                break;
            }

            double loss = Epoch(state, weights, gradient, lists);
            double[] values = judge.PerUser(weights);
            var reached = new HeadEpoch(state.Epoch, loss, values.Average());
            // A teacher's labels are evidence of their own, beside the few positives.
            bool gains = _teacher is null
                ? PairedGain.IsMoreThanNoise(values, startValues)
                : PairedGain.IsMoreThanNoise(values, startValues, standardErrors: 0);
            if (reached.Ndcg > state.Best.Ndcg && gains)
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

    private double Epoch(HeadState state, HeadWeights weights, HeadGradient gradient, UserList[] lists)
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
        return loss / lists.Length;
    }

    private bool CanLearn(int user) => _data.HeldOut.ItemsOf(user).Length > 0 && _data.Known.ItemsOf(user).Length < _data.ItemCount;

    private static int[] Sorted(IEnumerable<int> users) => [.. users.Order()];
}
