using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>How AdamW takes its steps in the trainings of this package, beside what <see cref="TrainingSettings"/> say.</summary>
/// <remarks>Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019.</remarks>
public sealed record AdamWSettings
{
    /// <summary>Decay of the weights a step, times the learning rate, 0 or more.</summary>
    /// <value>The default is 0.01.</value>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Share of all steps over which the learning rate rises in a straight line from 0, 0 to 1.</summary>
    /// <value>The default is null: 0.1 for tuning and distillation, 0.06 for pre-training.</value>
    public double? WarmupFraction { get; init; }

    /// <summary>Largest norm of a step's gradient, above 0; a longer one is shortened to it.</summary>
    /// <value>The default is 1.</value>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Batches whose gradients are averaged in one step, at least 1.</summary>
    /// <value>The default is 1.</value>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>Refuses illegal settings.</summary>
    /// <param name="stage">The component, for the message.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    internal void Validate(string stage)
    {
        var check = new OptionCheck(stage);
        check.AtLeast(WeightDecay, 0, nameof(WeightDecay));
        check.Between(WarmupFraction, 0, 1, nameof(WarmupFraction));
        check.Require(MaxGradientNorm > 0, MaxGradientNorm, "above 0", nameof(MaxGradientNorm));
        check.AtLeast(AccumulationSteps, 1, nameof(AccumulationSteps));
    }

    /// <summary>The settings in effect.</summary>
    /// <param name="warmup">The trainer's own share of warm-up.</param>
    internal AdamWSettings Over(double warmup) => this with { WarmupFraction = WarmupFraction ?? warmup };
}
