using HybridRec.MLNet.Text;
using HybridRec.MLNet.Torch;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// Tunes a <see cref="TorchEncoder"/> on pairs of texts (a_i, p_i) that belong together (<see cref="EncoderTuning.Pairs"/>), by InfoNCE with in-batch negatives:
/// <c>L = -(1/B) sum_i ln( exp(cos(a_i, p_i)/t) / sum_j exp(cos(a_i, p_j)/t) )</c>, j over the batch but for texts equal to a_i or p_i, and over <see cref="EncoderTuning.HardNegatives"/>. LoRA, full fine-tuning and a frozen encoder
/// with a trained projection are values of <see cref="Method"/>.
/// </summary>
/// <remarks>
/// AdamW, gradients averaged over <see cref="AccumulationSteps"/> batches and clipped, the learning rate warmed up and let down along a cosine. A part of the pairs is held out; the parameters of the epoch
/// with the least loss on it, or the best <see cref="Quality"/>, are kept, the untuned ones if none is better. The encoder given is not changed. Dropout is that of the adapter only.
/// A seed gives the same result for one number of torch threads; a run that was cancelled or killed and resumed from its checkpoint ends like one that was not.
/// Papers: Hu et al., "LoRA", ICLR 2022; Kalajdzievski, rsLoRA, 2023; van den Oord et al., "Representation Learning with Contrastive Predictive Coding", 2018; Loshchilov and Hutter, AdamW, ICLR 2019.
/// </remarks>
public sealed record LoraTuning : EncoderTuning
{
    /// <summary>What is trained.</summary>
    /// <value>Default <see cref="TuningMethod.Lora"/>.</value>
    public TuningMethod Method { get; init; } = TuningMethod.Lora;

    /// <summary>Rank r of the matrices A [r, inputs] and B [outputs, r].</summary>
    /// <value>Default 8.</value>
    public int Rank { get; init; } = 8;

    /// <summary>The addition is (alpha / r) B A.</summary>
    /// <value>Default 16.</value>
    public double Alpha { get; init; } = 16;

    /// <summary>Share of the inputs of A set to 0 while training.</summary>
    /// <value>Default 0.</value>
    public double Dropout { get; init; }

    /// <summary>Whether the factor is alpha / sqrt(r) instead of alpha / r (rsLoRA).</summary>
    /// <value>Default false.</value>
    public bool RankStabilized { get; init; }

    /// <summary>Linear modules with an adapter: those whose name is one of these or ends with a dot and one of these.</summary>
    /// <value>Default null: query and value (BERT), q_proj and v_proj (Llama).</value>
    public IReadOnlyList<string>? TargetModules { get; init; }

    /// <summary>The same as a regular expression of whole names, such as <c>.*attention\.self\.(query|value)</c>; <c>all-linear</c> is all of them.</summary>
    /// <value>Default null: as <see cref="TargetModules"/> says.</value>
    public string? TargetPattern { get; init; }

    /// <summary>
    /// Modules that are trained whole beside the adapter and kept with it, named as in <see cref="TargetModules"/>: <c>word_embeddings</c> (BERT) or <c>embed_tokens</c> (Llama) is the token table, <c>LayerNorm</c> all normalizations of a
    /// BERT. Where texts are of words that pairs have to be learnt for, such as titles and names, the table is what there is to learn (docs/training-efficiency.md). PEFT's option of that name.
    /// </summary>
    /// <value>Default null: none.</value>
    public IReadOnlyList<string>? ModulesToSave { get; init; }

    /// <summary>A PEFT adapter folder to begin from; its rank, alpha and modules win over those here.</summary>
    /// <value>Default null: a new adapter, which at first changes nothing.</value>
    public string? InitialAdapterPath { get; init; }

    /// <summary>A folder that gets the trained adapter in PEFT's format: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
    /// <value>Default null: none.</value>
    public string? AdapterPath { get; init; }

    /// <summary>Length of a vector behind the projection (<see cref="TuningMethod.Projection"/>).</summary>
    /// <value>Default null: as before it.</value>
    public int? ProjectionDimension { get; init; }

    /// <summary>Rounds over the pairs at most.</summary>
    /// <value>Default 3.</value>
    public int Epochs { get; init; } = 3;

    /// <summary>Pairs of one epoch, drawn anew each time.</summary>
    /// <value>Default null: all.</value>
    public int? PairsPerEpoch { get; init; }

    /// <summary>Pairs that are each other's negatives.</summary>
    /// <value>Default 32.</value>
    public int BatchSize { get; init; } = 32;

    /// <summary>Batches whose gradients are averaged in one step of the optimizer.</summary>
    /// <value>Default 1.</value>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>Learning rate behind the warm-up.</summary>
    /// <value>Default null: 0.0005 for LoRA, 0.00005 for all weights, 0.001 for the projection.</value>
    public double? LearningRate { get; init; }

    /// <summary>Decay of the weights a step, times the learning rate.</summary>
    /// <value>Default 0.01.</value>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Share of all steps over which the learning rate rises from 0.</summary>
    /// <value>Default 0.1.</value>
    public double WarmupFraction { get; init; } = 0.1;

    /// <summary>Largest norm of a step's gradient.</summary>
    /// <value>Default 1.</value>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Temperature t of the loss.</summary>
    /// <value>Default 0.05.</value>
    public double Temperature { get; init; } = 0.05;

    /// <summary>
    /// What in-batch negatives are corrected by: <c>c ln q_j</c> is taken off the score of p_j, c being this option and q_j the share of the pairs whose positive p_j is. A text is a negative as often as it is a positive, so that without
    /// it (c = 0) the loss is least where the score is how much likelier p is after a than at large, and popular items lose what they have by being popular; with c = 1 it is least where the score is the
    /// logarithm of how likely p is after a. Yi et al., "Sampling-Bias-Corrected Neural Modeling for Large Corpus Item Recommendations", RecSys 2019. Hard negatives are not corrected.
    /// </summary>
    /// <value>Default 0: none.</value>
    public double SamplingBiasCorrection { get; init; }

    /// <summary>Share of the pairs that are held out for early stopping; 0 trains all epochs and keeps the last.</summary>
    /// <value>Default 0.1.</value>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>
    /// What epochs are judged by instead of the loss on held-out pairs, such as NDCG@10 of held-out rows: called with the encoder as it is, before the first epoch and after each; more is better. The
    /// epoch it likes best is kept, the untuned encoder if none is better. All pairs are trained on then. It is to be finite, and to give the same for the same encoder where a run is to be resumed.
    /// </summary>
    /// <value>Default null: the loss on <see cref="ValidationFraction"/> of the pairs.</value>
    public Func<TorchEncoder, double>? Quality { get; init; }

    /// <summary>Epochs without a better validation after which training ends.</summary>
    /// <value>Default 2.</value>
    public int Patience { get; init; } = 2;

    /// <summary>
    /// Whether only the inputs of the layers are kept for the gradient and what is within a layer is computed again when it is needed: memory for activations falls to about that of one layer, a step
    /// takes about a third longer, gradients are the same. No effect where the transformer is frozen. Chen et al., "Training Deep Nets with Sublinear Memory Cost", arXiv 1604.06174.
    /// </summary>
    /// <value>Default false.</value>
    public bool GradientCheckpointing { get; init; }

    /// <summary>The numbers that the transformer's products are computed in while it is tuned. The tuned encoder computes in Single.</summary>
    /// <value>Default <see cref="TuningPrecision.Single"/>.</value>
    public TuningPrecision Precision { get; init; } = TuningPrecision.Single;

    /// <summary>A file to go on from (<see cref="Resume"/>), written whole or not at all.</summary>
    /// <value>Default null: none.</value>
    public string? CheckpointPath { get; init; }

    /// <summary>Steps of the optimizer between checkpoints; one is written after each epoch too.</summary>
    /// <value>Default 200.</value>
    public int CheckpointEvery { get; init; } = 200;

    /// <summary>Whether to go on from <see cref="CheckpointPath"/> where it is there.</summary>
    /// <value>Default false.</value>
    public bool Resume { get; init; }

    internal double EffectiveLearningRate => LearningRate ?? Method switch { TuningMethod.Full => 5e-5, TuningMethod.Projection => 1e-3, _ => 5e-4 };

    internal TrainingSchedule Schedule(int batchesPerEpoch) => new()
    {
        Stage = nameof(LoraTuning),
        Epochs = Epochs,
        Patience = Patience,
        BatchesPerEpoch = batchesPerEpoch,
        AccumulationSteps = AccumulationSteps,
        LearningRate = EffectiveLearningRate,
        WarmupFraction = WarmupFraction,
        WeightDecay = WeightDecay,
        MaxGradientNorm = MaxGradientNorm,
        CheckpointPath = CheckpointPath,
        CheckpointEvery = CheckpointEvery,
        Resume = Resume,
    };

    internal override void Check(TextEncoder? encoder)
    {
        const string Stage = "LoraTuning";
        if (encoder is not TorchEncoder)
            throw new ArgumentException($"{Stage}: the encoder is '{encoder?.Name ?? "lexical"}', which TorchSharp does not run. Give a TorchEncoder (TorchEncoder.FromFolder).");
        if (!Enum.IsDefined(Method))
            throw new OptionCheck(Stage).Refusal(nameof(Method), Method.ToString(), string.Join(", ", Enum.GetNames<TuningMethod>()));
        if (!Enum.IsDefined(Pairs))
            throw new OptionCheck(Stage).Refusal(nameof(Pairs), Pairs.ToString(), string.Join(", ", Enum.GetNames<TuningPairs>()));
        if (!Enum.IsDefined(Precision))
            throw new OptionCheck(Stage).Refusal(nameof(Precision), Precision.ToString(), string.Join(", ", Enum.GetNames<TuningPrecision>()));
        new OptionCheck(Stage).Require(HardNegatives >= 0, HardNegatives, "at least 0", nameof(HardNegatives));
        new OptionCheck(Stage).Require(HardNegativeNeighbors is >= 1 and <= 10_000, HardNegativeNeighbors, "1 to 10000", nameof(HardNegativeNeighbors));
        new OptionCheck(Stage).Require(HardNegativeSkip is >= 0 and <= 10_000, HardNegativeSkip, "0 to 10000", nameof(HardNegativeSkip));
        new OptionCheck(Stage).Require(Rank is >= 1 and <= 4096, Rank, "1 to 4096", nameof(Rank));
        new OptionCheck(Stage).Require(Alpha > 0 && double.IsFinite(Alpha), Alpha, "above 0", nameof(Alpha));
        new OptionCheck(Stage).Require(Dropout is >= 0 and < 1, Dropout, "at least 0 and below 1", nameof(Dropout));
        new OptionCheck(Stage).Require(Epochs >= 1, Epochs, "at least 1", nameof(Epochs));
        new OptionCheck(Stage).Require(PairsPerEpoch is null or >= 2, PairsPerEpoch ?? 0, "at least 2", nameof(PairsPerEpoch));
        new OptionCheck(Stage).Require(BatchSize >= 2, BatchSize, "at least 2, or there are no negatives", nameof(BatchSize));
        new OptionCheck(Stage).Require(AccumulationSteps >= 1, AccumulationSteps, "at least 1", nameof(AccumulationSteps));
        new OptionCheck(Stage).Require(EffectiveLearningRate > 0 && double.IsFinite(EffectiveLearningRate), EffectiveLearningRate, "above 0", nameof(LearningRate));
        new OptionCheck(Stage).Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), WeightDecay, "at least 0", nameof(WeightDecay));
        new OptionCheck(Stage).Require(WarmupFraction is >= 0 and <= 1, WarmupFraction, "0 to 1", nameof(WarmupFraction));
        new OptionCheck(Stage).Require(MaxGradientNorm > 0, MaxGradientNorm, "above 0", nameof(MaxGradientNorm));
        new OptionCheck(Stage).Require(Temperature > 0 && double.IsFinite(Temperature), Temperature, "above 0", nameof(Temperature));
        new OptionCheck(Stage).Require(SamplingBiasCorrection is >= 0 and <= 1, SamplingBiasCorrection, "0 to 1", nameof(SamplingBiasCorrection));
        new OptionCheck(Stage).Require(ValidationFraction is >= 0 and < 1, ValidationFraction, "at least 0 and below 1", nameof(ValidationFraction));
        new OptionCheck(Stage).Require(Patience >= 1, Patience, "at least 1", nameof(Patience));
        new OptionCheck(Stage).Require(CheckpointEvery >= 1, CheckpointEvery, "at least 1", nameof(CheckpointEvery));
        new OptionCheck(Stage).Require(HistoryLength >= 1, HistoryLength, "at least 1", nameof(HistoryLength));
        new OptionCheck(Stage).Require(HoldoutFraction is >= 0 and < 1, HoldoutFraction, "at least 0 and below 1", nameof(HoldoutFraction));
        new OptionCheck(Stage).Require(ProjectionDimension is null or >= 1, ProjectionDimension ?? 0, "at least 1", nameof(ProjectionDimension));
        if (Resume && CheckpointPath is null)
            throw new ArgumentException($"{Stage}: Resume is true, but there is no CheckpointPath to resume from.");
        if (ModulesToSave is not null && InitialAdapterPath is not null)
            throw new ArgumentException($"{Stage}: ModulesToSave are those of the adapter that InitialAdapterPath names. Leave it null.");
        if (Method != TuningMethod.Lora && (AdapterPath ?? InitialAdapterPath) is not null)
            throw new ArgumentException($"{Stage}: an adapter belongs to Method = Lora; given is {Method}. Leave AdapterPath and InitialAdapterPath null, or write the model by TorchEncoder.Save.");
        if (TargetModules is { Count: 0 })
            throw new ArgumentException($"{Stage}: TargetModules is empty. Name modules, or leave it null.");
        if (ModulesToSave is { Count: 0 })
            throw new ArgumentException($"{Stage}: ModulesToSave is empty. Name modules, or leave it null.");
        if (ModulesToSave is not null && Method != TuningMethod.Lora)
            throw new ArgumentException($"{Stage}: ModulesToSave belongs to Method = Lora; given is {Method}. Leave it null.");
        if (TargetModules is not null && TargetPattern is not null)
            throw new ArgumentException($"{Stage}: TargetModules and TargetPattern are both set. Set one.");
        if (Method == TuningMethod.Lora && InitialAdapterPath is null)
        {
            var model = ((TorchEncoder)encoder).Encoder.Model.Model;
            var targets = LoraTargets.Select(model, TargetModules, TargetPattern);
            string[] both = [.. LoraTargets.Whole(model, ModulesToSave ?? []).Select(LoraTargets.ModuleOf).Intersect(targets)];
            if (both.Length > 0)
                throw new ArgumentException($"{Stage}: '{both[0]}' is in ModulesToSave and has an adapter too. Name it in one of them.");
        }
    }

    internal override TextEncoder Tune(TextEncoder encoder, TextPairs pairs, TuningContext context)
    {
        // The stage's own length and prompt, so that training sees the tokens that encoding will.
        using var start = ((TorchEncoder)encoder).Encoder.With(context.MaxTokens, context.Prompt);
        using var run = new TuningRun(this, start, pairs, context);
        return run.Run();
    }
}
