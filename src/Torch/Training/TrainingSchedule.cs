namespace HybridRec.MLNet.Torch;

/// <summary>How long and how fast a training goes.</summary>
/// <param name="Stage">The component, for messages.</param>
/// <param name="Settings">In effect: what the caller gave, over the trainer's own.</param>
/// <param name="Optimizer">In effect.</param>
/// <param name="BatchesPerEpoch">Batches of an epoch.</param>
internal sealed record TrainingSchedule(string Stage, TrainingSettings Settings, AdamWSettings Optimizer, int BatchesPerEpoch)
{
    public int Epochs => Settings.Epochs!.Value;

    /// <summary>Epochs without a better validation after which it ends; 0 for never.</summary>
    public int Patience => Settings.Patience!.Value;

    /// <summary>Behind the warm-up.</summary>
    public double LearningRate => Settings.LearningRate!.Value;

    /// <summary>Steps of the optimizer between two checkpoints.</summary>
    public int CheckpointEvery => Settings.CheckpointEvery!.Value;

    /// <summary>Steps of the optimizer in an epoch.</summary>
    public int StepsPerEpoch => (BatchesPerEpoch + Optimizer.AccumulationSteps - 1) / Optimizer.AccumulationSteps;

    /// <summary>The rate of a step, from 1.</summary>
    public double Rate(int step)
    {
        double total = (double)StepsPerEpoch * Epochs, warmup = Optimizer.WarmupFraction!.Value;
        return Settings.LearningRateDecay is { } decay
            ? LearningRates.WarmupLinear(step, total, warmup, decay, LearningRate)
            : LearningRates.WarmupCosine(step, total, warmup, LearningRate);
    }
}
