using HybridRec.MLNet.Torch;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// Options of the masked-token pre-training of a small BERT from scratch (<c>ml.Hybrid.PretrainEncoder</c>): its shape, and how it learns
/// to tell the tokens that were hidden from it.
/// </summary>
/// <remarks>
/// A share m of the tokens is chosen; 80 % of them become <c>[MASK]</c>, 10 % another token, 10 % stay. The loss is the mean over the
/// chosen of -ln softmax(E LN(gelu(W h + b)) + c)_token, E the token table itself. Masks are drawn anew in each epoch. Texts are cut into
/// pieces, and pieces are packed into sequences of <see cref="MaxTokens"/>, so that there is little padding. AdamW with warm-up and a
/// cosine schedule; no dropout. The epoch with the least loss on the validation sequences, whose masks are always the same, is kept. A seed
/// gives the same bytes again on the same machine and number of threads. Papers: Devlin et al., "BERT", NAACL 2019; Liu et al., "RoBERTa",
/// 2019 (new masks, packed sentences, no next-sentence task).
/// </remarks>
public sealed record PretrainingOptions
{
    /// <summary>Name of the encoder in logs and metadata.</summary>
    /// <value>The default is <c>pretrained</c>.</value>
    [NotInFingerprint]
    public string Name { get; init; } = "pretrained";

    /// <summary>Length of a token vector, and of a text's.</summary>
    /// <value>The default is 256.</value>
    public int Dimension { get; init; } = 256;

    /// <summary>Transformer layers.</summary>
    /// <value>The default is 3.</value>
    public int Layers { get; init; } = 3;

    /// <summary>Heads of attention, a divisor of <see cref="Dimension"/>.</summary>
    /// <value>The default is 4.</value>
    public int Heads { get; init; } = 4;

    /// <summary>Width of the feed-forward part of a layer.</summary>
    /// <value>The default is null: four times <see cref="Dimension"/>.</value>
    public int? IntermediateSize { get; init; }

    /// <summary>Tokens of a sequence and positions of the model, special tokens included.</summary>
    /// <value>The default is 128.</value>
    public int MaxTokens { get; init; } = 128;

    /// <summary>
    /// Whether token vectors begin as what stands near them in the texts (a truncated singular value decomposition of positive pointwise
    /// mutual information; Levy and Goldberg, NIPS 2014), and the head with the tokens' frequencies, instead of by lot: it saves a small
    /// corpus the first epochs.
    /// </summary>
    /// <value>The default is true.</value>
    public bool CooccurrenceStart { get; init; } = true;

    /// <summary>Share m of the tokens that are to be told.</summary>
    /// <value>The default is 0.15.</value>
    public double MaskFraction { get; init; } = 0.15;

    /// <summary>Sequences of one epoch, drawn anew each time.</summary>
    /// <value>The default is null: all.</value>
    public int? SequencesPerEpoch { get; init; }

    /// <summary>Share of the sequences that are held out for early stopping; 0 trains all epochs and keeps the last.</summary>
    /// <value>The default is 0.02.</value>
    public double ValidationFraction { get; init; } = 0.02;

    /// <summary>Where to compute.</summary>
    /// <value>The default is <see cref="TorchDevice.Cpu"/>.</value>
    public TorchDevice Device { get; init; } = TorchDevice.Cpu;

    /// <summary>Weight decay, warm-up, clipping and accumulation of the steps.</summary>
    /// <value>The default is that of <see cref="AdamWSettings"/>, with a warm-up of 0.06.</value>
    public AdamWSettings Optimizer { get; init; } = new();

    /// <summary>
    /// Length, rate, seed, checkpoint, token and progress. A batch is of sequences; the validation figure of the progress is the share of
    /// hidden tokens that are told right. <see cref="TrainingSettings.Threads"/> sets libtorch's number for the length of the training
    /// where it is not 0.
    /// </summary>
    /// <value>
    /// The default is Epochs 10, LearningRate 0.001, BatchSize 16, Patience 2, CheckpointEvery 200 steps, and after each epoch.
    /// </value>
    public TrainingSettings Training { get; init; } = new();

    internal const string Stage = "Pretraining";

    internal static readonly TrainingSettings Defaults =
        new() { Epochs = 10, LearningRate = 1e-3, BatchSize = 16, Patience = 2, CheckpointEvery = 200 };

    private const double Warmup = 0.06;

    internal int EffectiveIntermediateSize => IntermediateSize ?? 4 * Dimension;

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Training);
        ArgumentNullException.ThrowIfNull(Optimizer);
        Training.Validate(Stage);
        Optimizer.Validate(Stage);
        var check = new OptionCheck(Stage);
        check.Require(!string.IsNullOrWhiteSpace(Name), $"'{Name}'", "a name", nameof(Name));
        check.Between(Dimension, 1, 8192, nameof(Dimension));
        check.Between(Layers, 1, 100, nameof(Layers));
        check.Require(Heads >= 1 && Dimension % Heads == 0, Heads, $"a divisor of Dimension, which is {Dimension}", nameof(Heads));
        check.Between(EffectiveIntermediateSize, 1, 65_536, nameof(IntermediateSize));
        check.Between(MaxTokens, 8, 8192, nameof(MaxTokens));
        check.Require(MaskFraction is > 0 and < 1, MaskFraction, "above 0 and below 1", nameof(MaskFraction));
        check.AtLeast(SequencesPerEpoch, 1, nameof(SequencesPerEpoch));
        check.Share(ValidationFraction, nameof(ValidationFraction));
        check.AtLeast(Training.Epochs, 1, nameof(Training.Epochs));
        check.Defined(Device, nameof(Device));
    }

    /// <summary>The options in effect.</summary>
    internal PretrainingOptions Resolved(int seed) => this with
    {
        Training = Training.Over(Defaults) with { Seed = seed },
        Optimizer = Optimizer.Over(Warmup),
    };

    /// <summary>How long and how fast, of resolved options.</summary>
    internal TrainingSchedule Schedule(int batchesPerEpoch) => new(Stage, Training, Optimizer, batchesPerEpoch);
}
