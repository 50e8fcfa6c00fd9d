namespace HybridRec.MLNet.Torch;

/// <summary>How long and how fast a training goes.</summary>
internal sealed record TrainingSchedule
{
    /// <summary>The component, for messages.</summary>
    public required string Stage { get; init; }

    public required int Epochs { get; init; }

    /// <summary>Epochs without a better validation after which it ends.</summary>
    public required int Patience { get; init; }

    public required int BatchesPerEpoch { get; init; }

    /// <summary>Batches of a step.</summary>
    public required int AccumulationSteps { get; init; }

    /// <summary>Behind the warm-up.</summary>
    public required double LearningRate { get; init; }

    public required double WarmupFraction { get; init; }

    public required double WeightDecay { get; init; }

    public required double MaxGradientNorm { get; init; }

    public required string? CheckpointPath { get; init; }

    public required int CheckpointEvery { get; init; }

    public required bool Resume { get; init; }

    /// <summary>Steps of the optimizer in an epoch.</summary>
    public int StepsPerEpoch => (BatchesPerEpoch + AccumulationSteps - 1) / AccumulationSteps;

    /// <summary>The rate of a step, from 1.</summary>
    public double Rate(int step) => WarmupCosine.Rate(step, (double)StepsPerEpoch * Epochs, WarmupFraction, LearningRate);
}
