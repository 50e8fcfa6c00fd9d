using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// Options of the masked-token pre-training of a small BERT from scratch (<c>ml.Hybrid.PretrainEncoder</c>): its shape, and how it learns to tell the tokens that were hidden from it.
/// </summary>
/// <remarks>
/// A share m of the tokens is chosen; 80 % of them become <c>[MASK]</c>, 10 % another token, 10 % stay. The loss is the mean over the chosen of -ln softmax(E LN(gelu(W h + b)) + c)_token, E the token table itself.
/// Masks are drawn anew in each epoch. Texts are cut into pieces, and pieces are packed into sequences of <see cref="MaxTokens"/>, so that there is little padding. AdamW with warm-up and a cosine schedule; no dropout.
/// The epoch with the least loss on the validation sequences, whose masks are always the same, is kept. A seed gives the same bytes again on the same machine and number of threads.
/// Papers: Devlin et al., "BERT", NAACL 2019; Liu et al., "RoBERTa", 2019 (new masks, packed sentences, no next-sentence task).
/// </remarks>
public sealed record PretrainingOptions
{
    /// <summary>Name of the encoder in logs and metadata.</summary>
    /// <value>Default <c>pretrained</c>.</value>
    public string Name { get; init; } = "pretrained";

    /// <summary>Length of a token vector, and of a text's.</summary>
    /// <value>Default 256.</value>
    public int Dimension { get; init; } = 256;

    /// <summary>Transformer layers.</summary>
    /// <value>Default 3.</value>
    public int Layers { get; init; } = 3;

    /// <summary>Heads of attention, a divisor of <see cref="Dimension"/>.</summary>
    /// <value>Default 4.</value>
    public int Heads { get; init; } = 4;

    /// <summary>Width of the feed-forward part of a layer.</summary>
    /// <value>Default null: four times <see cref="Dimension"/>.</value>
    public int? IntermediateSize { get; init; }

    /// <summary>Tokens of a sequence and positions of the model, special tokens included.</summary>
    /// <value>Default 128.</value>
    public int MaxTokens { get; init; } = 128;

    /// <summary>
    /// Whether token vectors begin as what stands near them in the texts (a truncated singular value decomposition of positive pointwise mutual information; Levy and Goldberg, NIPS 2014), and the head
    /// with the tokens' frequencies, instead of by lot: it saves a small corpus the first epochs.
    /// </summary>
    /// <value>Default true.</value>
    public bool CooccurrenceStart { get; init; } = true;

    /// <summary>Share m of the tokens that are to be told.</summary>
    /// <value>Default 0.15.</value>
    public double MaskFraction { get; init; } = 0.15;

    /// <summary>Rounds over the sequences at most.</summary>
    /// <value>Default 10.</value>
    public int Epochs { get; init; } = 10;

    /// <summary>Sequences of one epoch, drawn anew each time.</summary>
    /// <value>Default null: all.</value>
    public int? SequencesPerEpoch { get; init; }

    /// <summary>Sequences in a step of the optimizer.</summary>
    /// <value>Default 16.</value>
    public int BatchSize { get; init; } = 16;

    /// <summary>Learning rate behind the warm-up.</summary>
    /// <value>Default 0.001.</value>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Decay of the weights a step, times the learning rate.</summary>
    /// <value>Default 0.01.</value>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Share of all steps over which the learning rate rises from 0.</summary>
    /// <value>Default 0.06.</value>
    public double WarmupFraction { get; init; } = 0.06;

    /// <summary>Largest norm of a step's gradient.</summary>
    /// <value>Default 1.</value>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Share of the sequences that are held out for early stopping; 0 trains all epochs and keeps the last.</summary>
    /// <value>Default 0.02.</value>
    public double ValidationFraction { get; init; } = 0.02;

    /// <summary>Epochs without a better validation after which training ends.</summary>
    /// <value>Default 2.</value>
    public int Patience { get; init; } = 2;

    /// <summary>A file to go on from (<see cref="Resume"/>), written whole or not at all.</summary>
    /// <value>Default null: none.</value>
    public string? CheckpointPath { get; init; }

    /// <summary>Steps of the optimizer between checkpoints; one is written after each epoch too.</summary>
    /// <value>Default 200.</value>
    public int CheckpointEvery { get; init; } = 200;

    /// <summary>Whether to go on from <see cref="CheckpointPath"/> where it is there.</summary>
    /// <value>Default false.</value>
    public bool Resume { get; init; }

    /// <summary>Where to compute.</summary>
    /// <value>Default <see cref="TorchDevice.Cpu"/>.</value>
    public TorchDevice Device { get; init; } = TorchDevice.Cpu;

    /// <summary>Seed of the weights, the sequences and the masks.</summary>
    /// <value>Default 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>Cancels between steps; the last checkpoint, if any, stays.</summary>
    /// <value>Default none.</value>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Told after every epoch; the validation figure is the share of hidden tokens that are told right.</summary>
    /// <value>Default null.</value>
    public IProgress<TrainingProgress>? Progress { get; init; }

    internal int EffectiveIntermediateSize => IntermediateSize ?? 4 * Dimension;

    internal PretrainingOptions Checked()
    {
        const string Stage = "Pretraining";
        ArgumentException.ThrowIfNullOrWhiteSpace(Name);
        new OptionCheck(Stage).Require(Dimension is >= 1 and <= 8192, Dimension, "1 to 8192", nameof(Dimension));
        new OptionCheck(Stage).Require(Layers is >= 1 and <= 100, Layers, "1 to 100", nameof(Layers));
        new OptionCheck(Stage).Require(Heads >= 1 && Dimension % Heads == 0, Heads, $"a divisor of Dimension, which is {Dimension}", nameof(Heads));
        new OptionCheck(Stage).Require(EffectiveIntermediateSize is >= 1 and <= 65_536, EffectiveIntermediateSize, "1 to 65,536", nameof(IntermediateSize));
        new OptionCheck(Stage).Require(MaxTokens is >= 8 and <= 8192, MaxTokens, "8 to 8192", nameof(MaxTokens));
        new OptionCheck(Stage).Require(MaskFraction is > 0 and < 1, MaskFraction, "above 0 and below 1", nameof(MaskFraction));
        new OptionCheck(Stage).Require(Epochs >= 1, Epochs, "at least 1", nameof(Epochs));
        new OptionCheck(Stage).Require(SequencesPerEpoch is null or >= 1, SequencesPerEpoch ?? 0, "at least 1", nameof(SequencesPerEpoch));
        new OptionCheck(Stage).Require(BatchSize >= 1, BatchSize, "at least 1", nameof(BatchSize));
        new OptionCheck(Stage).Require(LearningRate > 0 && double.IsFinite(LearningRate), LearningRate, "above 0", nameof(LearningRate));
        new OptionCheck(Stage).Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), WeightDecay, "at least 0", nameof(WeightDecay));
        new OptionCheck(Stage).Require(WarmupFraction is >= 0 and <= 1, WarmupFraction, "0 to 1", nameof(WarmupFraction));
        new OptionCheck(Stage).Require(MaxGradientNorm > 0, MaxGradientNorm, "above 0", nameof(MaxGradientNorm));
        new OptionCheck(Stage).Require(ValidationFraction is >= 0 and < 1, ValidationFraction, "at least 0 and below 1", nameof(ValidationFraction));
        new OptionCheck(Stage).Require(Patience >= 1, Patience, "at least 1", nameof(Patience));
        new OptionCheck(Stage).Require(CheckpointEvery >= 1, CheckpointEvery, "at least 1", nameof(CheckpointEvery));
        if (Resume && CheckpointPath is null)
            throw new ArgumentException($"{Stage}: Resume is true, but there is no CheckpointPath to resume from.");
        return this;
    }
}
