using HybridRec.MLNet.Text;
using HybridRec.MLNet.Torch;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// Tunes a <see cref="TorchEncoder"/> on pairs of texts (a_i, p_i) that belong together (<see cref="EncoderTuning.Pairs"/>), by InfoNCE
/// with in-batch negatives: <c>L = -(1/B) sum_i ln( exp(cos(a_i, p_i)/t) / sum_j exp(cos(a_i, p_j)/t) )</c>, j over the batch but for texts
/// equal to a_i or p_i, and over <see cref="EncoderTuning.HardNegatives"/>. LoRA, full fine-tuning and a frozen encoder with a trained
/// projection are values of <see cref="Method"/>.
/// </summary>
/// <remarks>
/// <para>
/// AdamW, gradients averaged over the batches of a step and clipped, the learning rate warmed up and let down along a cosine
/// (<see cref="TrainingSettings.LearningRateDecay"/> asks for a straight line instead). A part of the pairs is held out; the parameters of
/// the epoch with the least loss on it, or the best <see cref="Quality"/>, are kept, the untuned ones if none is better. The encoder given
/// is not changed. Dropout is that of the adapter only.
/// </para>
/// <para>
/// <see cref="EncoderTuning.Training"/>: Epochs 3, LearningRate 0.0005 for LoRA, 0.00005 for all weights and 0.001 for the projection,
/// BatchSize 32 (pairs that are each other's negatives), Patience 2, CheckpointEvery 200 steps, and after each epoch. A seed gives the same
/// result for one number of torch threads, which Threads sets for the length of the training where it is not 0; a run that was canceled or
/// killed and resumed from its checkpoint ends like one that was not.
/// </para>
/// <para>
/// Papers: Hu et al., "LoRA", ICLR 2022; Kalajdzievski, rsLoRA, 2023; van den Oord et al., "Representation Learning with Contrastive
/// Predictive Coding", 2018; Loshchilov and Hutter, AdamW, ICLR 2019.
/// </para>
/// </remarks>
public sealed record LoraTuning : EncoderTuning
{
    internal const string Stage = "LoraTuning";

    /// <summary>What is null in the caller's settings; the learning rate is the method's.</summary>
    internal static readonly TrainingSettings Defaults = new() { Epochs = 3, BatchSize = 32, Patience = 2, CheckpointEvery = 200 };

    private const double Warmup = 0.1;

    /// <summary>What is trained.</summary>
    /// <value>The default is <see cref="TuningMethod.Lora"/>.</value>
    public TuningMethod Method { get; init; } = TuningMethod.Lora();

    /// <summary>Weight decay, warm-up, clipping and accumulation of the steps.</summary>
    /// <value>The default is that of <see cref="AdamWSettings"/>, with a warm-up of 0.1.</value>
    public AdamWSettings Optimizer { get; init; } = new();

    /// <summary>Pairs of one epoch, drawn anew each time.</summary>
    /// <value>The default is null: all.</value>
    public int? PairsPerEpoch { get; init; }

    /// <summary>Temperature t of the loss.</summary>
    /// <value>The default is 0.05.</value>
    public double Temperature { get; init; } = 0.05;

    /// <summary>
    /// What in-batch negatives are corrected by: <c>c ln q_j</c> is taken off the score of p_j, c being this option and q_j the share of
    /// the pairs whose positive p_j is. A text is a negative as often as it is a positive, so that without it (c = 0) the loss is least
    /// where the score is how much likelier p is after a than at large, and popular items lose what they have by being popular; with c = 1
    /// it is least where the score is the logarithm of how likely p is after a. Yi et al., "Sampling-Bias-Corrected Neural Modeling for
    /// Large Corpus Item Recommendations", RecSys 2019. Hard negatives are not corrected.
    /// </summary>
    /// <value>The default is 0: none.</value>
    public double SamplingBiasCorrection { get; init; }

    /// <summary>Share of the pairs that are held out for early stopping; 0 trains all epochs and keeps the last.</summary>
    /// <value>The default is 0.1.</value>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>
    /// What epochs are judged by instead of the loss on held-out pairs, such as NDCG@10 of held-out rows: called with the encoder as it is,
    /// before the first epoch and after each; more is better. The epoch it likes best is kept, the untuned encoder if none is better. All
    /// pairs are trained on then. It is to be finite, and to give the same for the same encoder where a run is to be resumed.
    /// </summary>
    /// <value>The default is null: the loss on <see cref="ValidationFraction"/> of the pairs.</value>
    [NotInFingerprint] // that there is one counts
    public Func<TorchEncoder, double>? Quality { get; init; }

    /// <summary>
    /// Whether only the inputs of the layers are kept for the gradient and what is within a layer is computed again when it is needed:
    /// memory for activations falls to about that of one layer, a step takes about a third longer, gradients are the same. No effect where
    /// the transformer is frozen. Chen et al., "Training Deep Nets with Sublinear Memory Cost", arXiv 1604.06174.
    /// </summary>
    /// <value>The default is false.</value>
    public bool GradientCheckpointing { get; init; }

    /// <summary>
    /// The numbers that the transformer's products are computed in while it is tuned. The tuned encoder computes in Single.
    /// </summary>
    /// <value>The default is <see cref="TuningPrecision.Single"/>.</value>
    public TuningPrecision Precision { get; init; } = TuningPrecision.Single;

    internal override void Validate(TextEncoder? encoder)
    {
        ArgumentNullException.ThrowIfNull(Method);
        ArgumentNullException.ThrowIfNull(Optimizer);
        ValidatePairs(Stage);
        Optimizer.Validate(Stage);
        var check = new OptionCheck(Stage);
        if (encoder is not TorchEncoder torch)
            throw check.Refusal(
                "Encoder", $"'{encoder?.Name ?? "lexical"}', which TorchSharp does not run", "a TorchEncoder (TorchEncoder.FromFolder)");
        check.Defined(Precision, nameof(Precision));
        check.AtLeast(Training.Epochs, 1, nameof(Training.Epochs));
        check.Require(
            Training.BatchSize is null or >= 2, Training.BatchSize, "2 or more, or there are no negatives", nameof(Training.BatchSize));
        check.AtLeast(PairsPerEpoch, 2, nameof(PairsPerEpoch));
        check.Above0(Temperature, nameof(Temperature));
        check.Between(SamplingBiasCorrection, 0, 1, nameof(SamplingBiasCorrection));
        check.Share(ValidationFraction, nameof(ValidationFraction));
        Method.Validate(check, torch.Encoder.Model.Model);
    }

    internal override TextEncoder Tune(TextEncoder encoder, TextPairs pairs, TuningContext context)
    {
        // The stage's own length and prompt, so that training sees the tokens that encoding will.
        using var start = ((TorchEncoder)encoder).Encoder.With(context.MaxTokens, context.Prompt);
        using var session = new TrainingSession(context.Host, context.Stage, Training, context.Cancellation, context.Progress);
        return TuningTask.Tune(Resolved(), start, pairs, session);
    }

    /// <summary>The options in effect; the seed is given by now.</summary>
    internal LoraTuning Resolved() => this with
    {
        Training = Training.Over(Defaults with { LearningRate = Method.LearningRate }),
        Optimizer = Optimizer.Over(Warmup),
    };

    /// <summary>How long and how fast, of resolved options.</summary>
    internal TrainingSchedule Schedule(int batchesPerEpoch) => new(Stage, Training, Optimizer, batchesPerEpoch);
}
