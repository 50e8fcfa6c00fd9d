using System.Globalization;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// One training: steps of AdamW over batches, epochs judged on what is held out, the parameters of the best one kept, checkpoints to go on from. What is learnt, and from what, is the derived class's.
/// </summary>
internal abstract class TrainingRun(TrainingSchedule schedule, AdamW optimizer, TuningContext context, string fingerprint) : IDisposable
{
    private readonly TuningCheckpoint? _checkpoint = schedule.CheckpointPath is null ? null : new TuningCheckpoint(schedule.CheckpointPath, fingerprint);

    public TuningState State { get; } = new(optimizer);

    /// <summary>Steps of the optimizer in an epoch.</summary>
    public int StepsPerEpoch => schedule.StepsPerEpoch;

    protected TuningContext Context => context;

    /// <summary>Whether anything is held out to judge epochs by.</summary>
    protected abstract bool Validates { get; }

    /// <summary>Adds a share of the gradient of a batch of an epoch to the parameters.</summary>
    /// <returns>The loss of the batch, whole.</returns>
    protected abstract double Backpropagate(int epoch, int batch, double share);

    /// <summary>What the best epoch was chosen by, in words.</summary>
    protected virtual string Best => $"validation loss {State.BestLoss:F6}";

    /// <summary>The loss of what is held out, and an NDCG where there is one.</summary>
    protected abstract (double Loss, double? Ndcg) Validate();

    /// <summary>Trains; the parameters are those of the best epoch then.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the last checkpoint, if any, stays.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer finite.</exception>
    protected void Train()
    {
        if (schedule.Resume && _checkpoint!.TryLoad(State))
            context.Log.Info($"goes on after epoch {State.Epoch}, step {State.Steps} of '{schedule.CheckpointPath}'");
        if (Validates && State.Steps == 0)
            State.Validated(Validate().Loss);
        while (State.Epoch < schedule.Epochs && !(Validates && State.Epoch - State.BestEpoch >= schedule.Patience))
        {
            double loss = Epoch();
            double? ndcg = null;
            if (Validates)
            {
                (double validationLoss, ndcg) = Validate();
                State.Validated(validationLoss);
            }
            _checkpoint?.Save(State);
            context.Log.Epoch(State.Epoch, schedule.Epochs, loss, ndcg);
        }
        if (!Validates)
            return;
        State.RestoreBest();
        context.Log.Info($"keeps epoch {State.BestEpoch} of {State.Epoch}: {Best}");
    }

    /// <summary>The steps of an epoch that are left; the mean loss of its batches.</summary>
    private double Epoch()
    {
        while (State.EpochSteps < StepsPerEpoch)
        {
            Cancellation.ThrowIfRequested(context.Host, context.Cancellation);
            Step();
            if (_checkpoint is not null && State.Steps % schedule.CheckpointEvery == 0 && State.EpochSteps < StepsPerEpoch)
                _checkpoint.Save(State);
        }
        double loss = State.LossSum / State.LossCount;
        if (!double.IsFinite(loss))
            throw new InvalidOperationException(
                $"{schedule.Stage}: the loss of epoch {State.Epoch + 1} is {loss}: training diverged. Lower LearningRate (given: {schedule.LearningRate.ToString(CultureInfo.InvariantCulture)}).");
        State.Epoch++;
        (State.EpochSteps, State.LossSum, State.LossCount) = (0, 0, 0);
        return loss;
    }

    /// <summary>One step of the optimizer over the next batches.</summary>
    internal void Step()
    {
        int first = State.EpochSteps * schedule.AccumulationSteps, count = Math.Min(schedule.AccumulationSteps, schedule.BatchesPerEpoch - first);
        for (int b = first; b < first + count; b++)
        {
            State.LossSum += Backpropagate(State.Epoch, b, 1.0 / count);
            State.LossCount++;
        }
        State.EpochSteps++;
        State.Steps++;
        State.Optimizer.Step(State.Steps, schedule.Rate(State.Steps), schedule.WeightDecay, schedule.MaxGradientNorm);
    }

    public virtual void Dispose()
    {
        State.Dispose();
        optimizer.Dispose();
    }
}
