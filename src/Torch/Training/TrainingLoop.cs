using System.Globalization;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// The loop of every training of this package: steps of AdamW over batches, epochs judged on what is held out, the parameters of the best
/// one kept, checkpoints to go on from. What is learned is the task's.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly ITrainingTask _task;
    private readonly TrainingSchedule _schedule;
    private readonly TrainingSession _session;
    private readonly AdamW _optimizer;
    private readonly TrainingCheckpoint? _checkpoint;

    /// <param name="task">Not disposed here.</param>
    /// <param name="schedule">How long and how fast.</param>
    /// <param name="session">Whom it tells, and who may end it.</param>
    public TrainingLoop(ITrainingTask task, TrainingSchedule schedule, TrainingSession session)
    {
        (_task, _schedule, _session) = (task, schedule, session);
        _optimizer = new AdamW(task.Parameters);
        State = new TrainingState(_optimizer);
        if (schedule.Settings.CheckpointPath is { } path)
            _checkpoint = new TrainingCheckpoint(path, task.Fingerprint);
    }

    /// <summary>Where the training stands.</summary>
    public TrainingState State { get; }

    /// <summary>Trains; the parameters are those of the best epoch then.</summary>
    /// <exception cref="OperationCanceledException">Canceled; the last checkpoint, if any, stays.</exception>
    /// <exception cref="InvalidDataException">The checkpoint cannot be used.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer finite.</exception>
    public void Run()
    {
        if (_schedule.Settings.Resume && _checkpoint!.TryLoad(State))
            _session.Log.Info($"goes on after epoch {State.Epoch}, step {State.Steps} of '{_schedule.Settings.CheckpointPath}'");
        if (_task.Validates && State.Steps == 0)
            State.Validated(_task.Validate(State.Epoch).Loss);
        while (State.Epoch < _schedule.Epochs && !EndsEarly())
        {
            double loss = Epoch();
            double? measure = Validate();
            _checkpoint?.Save(State);
            _session.Log.Epoch(State.Epoch, _schedule.Epochs, loss, measure);
        }

        if (!_task.Validates)
            return;
        State.RestoreBest();
        _session.Log.Info($"keeps epoch {State.BestEpoch} of {State.Epoch}: {_task.Verdict(State.BestLoss)}");
    }

    /// <summary>One step of the optimizer over the next batches.</summary>
    internal void Step()
    {
        int first = State.EpochSteps * _schedule.Optimizer.AccumulationSteps;
        int count = Math.Min(_schedule.Optimizer.AccumulationSteps, _schedule.BatchesPerEpoch - first);
        for (int b = first; b < first + count; b++)
        {
            State.LossSum += _task.Backpropagate(State.Epoch, b, 1.0 / count);
            State.LossCount++;
        }

        State.EpochSteps++;
        State.Steps++;
        _optimizer.Step(State.Steps, _schedule.Rate(State.Steps), _schedule.Optimizer.WeightDecay, _schedule.Optimizer.MaxGradientNorm);
    }

    public void Dispose()
    {
        State.Dispose();
        _optimizer.Dispose();
    }

    private bool EndsEarly() => _task.Validates && _schedule.Patience > 0 && State.Epoch - State.BestEpoch >= _schedule.Patience;

    private double? Validate()
    {
        if (!_task.Validates)
            return null;
        var (loss, measure) = _task.Validate(State.Epoch);
        State.Validated(loss);
        _session.Log.Info($"epoch {State.Epoch}: {_task.Verdict(loss)}");
        return measure;
    }

    /// <summary>The steps of an epoch that are left; the mean loss of its batches.</summary>
    private double Epoch()
    {
        while (State.EpochSteps < _schedule.StepsPerEpoch)
        {
            _session.ThrowIfCancelled();
            Step();
            if (_checkpoint is null || State.Steps % _schedule.CheckpointEvery != 0 || State.EpochSteps == _schedule.StepsPerEpoch)
                continue;
            _checkpoint.Save(State);
            _session.Log.Info(
                $"step {State.Steps}: mean loss of the epoch so far {State.LossSum / State.LossCount:F4}, {_session.Log.Elapsed.TotalSeconds:F0} s");
        }

        double loss = State.LossSum / State.LossCount;
        if (!double.IsFinite(loss))
        {
            string rate = _schedule.LearningRate.ToString(CultureInfo.InvariantCulture);
            throw new InvalidOperationException(
                $"{_schedule.Stage}: the loss of epoch {State.Epoch + 1} is {loss}: training diverged. Lower Training.LearningRate " +
                $"(given: {rate}).");
        }

        State.Epoch++;
        (State.EpochSteps, State.LossSum, State.LossCount) = (0, 0, 0);
        return loss;
    }
}
