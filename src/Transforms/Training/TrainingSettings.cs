using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// How long, how fast and under whose eyes something is trained: the settings that all trainers share. What is null is the trainer's own
/// default, which its options tell.
/// </summary>
/// <example><code>
/// var training = new TrainingSettings { Epochs = 10, Seed = 7, CheckpointPath = "graph.checkpoint", Resume = true };
/// var options = new GnnEmbeddingOptions { Training = training };
/// </code></example>
public sealed record TrainingSettings
{
    /// <summary>Most passes over the training data; early stopping may end sooner.</summary>
    /// <value>The default is null: the trainer's own.</value>
    public int? Epochs { get; init; }

    /// <summary>Step size of the optimizer, Adam or AdamW, above 0.</summary>
    /// <value>The default is null: the trainer's own.</value>
    public double? LearningRate { get; init; }

    /// <summary>
    /// The last share a of the steps, in which the rate falls in a straight line: epoch e of E has <see cref="LearningRate"/> times
    /// <c>min(1, (E + 1 - e) / (a E))</c>, 0 to 1; 0 keeps the rate constant. Large batches at a high rate need it to settle.
    /// </summary>
    /// <value>The default is null: the trainer's own.</value>
    public double? LearningRateDecay { get; init; }

    /// <summary>Examples in a step, at least 1: interactions, users' lists or pairs of texts.</summary>
    /// <value>The default is null: the trainer's own.</value>
    public int? BatchSize { get; init; }

    /// <summary>
    /// Epochs without a better validation after which training ends, the best epoch being kept; 0 never ends early
    /// and keeps the best all the same.
    /// </summary>
    /// <value>The default is null: the trainer's own.</value>
    public int? Patience { get; init; }

    /// <summary>Seed of everything random. The same seed gives the same bytes, for any number of threads.</summary>
    /// <value>
    /// The default is null: drawn from the context, so that <c>new MLContext(seed: 7)</c> decides and <c>new MLContext()</c> varies.
    /// </value>
    public int? Seed { get; init; }

    /// <summary>Threads to use; 0 is one for each core. The result does not depend on it.</summary>
    /// <value>The default is 0.</value>
    [NotInFingerprint]
    public int Threads { get; init; }

    /// <summary>File to which the state of training is written, whole or not at all; null writes none.</summary>
    /// <value>The default is null.</value>
    [NotInFingerprint]
    public string? CheckpointPath { get; init; }

    /// <summary>Epochs, for transformers steps of the optimizer, between two checkpoints, at least 1.</summary>
    /// <value>The default is null: the trainer's own.</value>
    [NotInFingerprint]
    public int? CheckpointEvery { get; init; }

    /// <summary>
    /// Continues from <see cref="CheckpointPath"/> where that file exists; the result has the same bytes as an uninterrupted run.
    /// </summary>
    /// <value>The default is false.</value>
    [NotInFingerprint]
    public bool Resume { get; init; }

    /// <summary>Cancels the fit, which then throws <see cref="OperationCanceledException"/>; the last checkpoint stays.</summary>
    /// <value>The default is <see cref="CancellationToken.None"/>.</value>
    [NotInFingerprint]
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Told after every epoch.</summary>
    /// <value>The default is null.</value>
    [NotInFingerprint]
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>The time that the whole pipeline may take; null: any.</summary>
    [NotInFingerprint]
    internal FitBudget? Budget { get; init; }

    /// <summary>Refuses illegal settings.</summary>
    /// <param name="stage">The component, for the message.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    internal void Validate(string stage)
    {
        var check = new OptionCheck(stage);
        check.Between(Epochs, 0, 1_000_000, nameof(Epochs));
        check.Above0(LearningRate, nameof(LearningRate));
        check.Between(LearningRateDecay, 0, 1, nameof(LearningRateDecay));
        check.AtLeast(BatchSize, 1, nameof(BatchSize));
        check.AtLeast(Patience, 0, nameof(Patience));
        check.Between(Threads, 0, 1024, nameof(Threads));
        check.AtLeast(CheckpointEvery, 1, nameof(CheckpointEvery));
        if (Resume && string.IsNullOrWhiteSpace(CheckpointPath))
            throw check.Refusal(nameof(CheckpointPath), "null while Resume is set", "the file to continue from");
    }

    /// <summary>The share of the learning rate that an epoch has, the first being 1; for settings in effect.</summary>
    internal double RateShare(int epoch)
    {
        int epochs = Epochs!.Value;
        double falling = LearningRateDecay!.Value * epochs;
        return falling > 0 ? Math.Min(1, (epochs + 1 - epoch) / falling) : 1;
    }

    /// <summary>The settings in effect: these, and the trainer's own where these are null.</summary>
    /// <param name="defaults">The trainer's own; the seed apart, none of its nullable settings that the trainer reads may be null.</param>
    internal TrainingSettings Over(TrainingSettings defaults) => this with
    {
        Epochs = Epochs ?? defaults.Epochs,
        LearningRate = LearningRate ?? defaults.LearningRate,
        LearningRateDecay = LearningRateDecay ?? defaults.LearningRateDecay,
        BatchSize = BatchSize ?? defaults.BatchSize,
        Patience = Patience ?? defaults.Patience,
        CheckpointEvery = CheckpointEvery ?? defaults.CheckpointEvery,
    };
}
