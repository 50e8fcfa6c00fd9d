using HybridRec.MLNet.Torch;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>How a deep text encoder teaches a shallow one (<see cref="TorchEncoder.Distill"/>, <see cref="TorchEncoder.Distilled"/>).</summary>
/// <remarks>
/// The student has the vocabulary, the embeddings and some of the layers of the encoder it begins with, and learns to give the teacher's vectors t of texts: with s the student's and both scaled to
/// length 1, a batch of B texts costs <c>L = (1/B) sum_i (1 - s_i . t_i) + lambda / (B(B-1)/2) sum_{i&lt;j} (s_i . s_j - t_i . t_j)^2</c>. The first term are the vectors themselves, the second the
/// relations between texts. All weights are trained, by AdamW, with warm-up and cosine; the epoch with the least loss on texts held out is kept, the untrained student if none is better. A teacher whose
/// vectors are longer is reduced to its principal components over the texts, one whose vectors are shorter is filled up with zeros; neither changes cosines more than it must.
/// <para>
/// Papers: Park et al., "Relational Knowledge Distillation", CVPR 2019, arXiv 1904.05068, and Tung and Mori, "Similarity-Preserving Knowledge Distillation", ICCV 2019 (relations, here of cosines);
/// Sanh et al., "DistilBERT", arXiv 1910.01108 (a student of the teacher's own layers, the cosine term); Jiao et al., "TinyBERT", Findings of EMNLP 2020, arXiv 1909.10351 (layers evenly spaced).
/// </para>
/// </remarks>
public sealed record EncoderDistillation
{
    /// <summary>Layers of the student.</summary>
    /// <value>Default null: half of those it begins with, at least 1.</value>
    public int? Layers { get; init; }

    /// <summary>The layers it takes over, from 0, in ascending order.</summary>
    /// <value>Default null: evenly spaced up to the last, layer i of M from layer (i + 1) N / M - 1 of N.</value>
    public IReadOnlyList<int>? KeptLayers { get; init; }

    /// <summary>Weight lambda of the relations between texts.</summary>
    /// <value>Default 1.</value>
    public double RelationWeight { get; init; } = 1;

    /// <summary>Texts that the teacher encodes at most, spread evenly.</summary>
    /// <value>Default 20,000.</value>
    public int MaxTexts { get; init; } = 20_000;

    /// <summary>Texts in one call of the teacher.</summary>
    /// <value>Default 64.</value>
    public int TeacherBatchSize { get; init; } = 64;

    /// <summary>Rounds over the texts at most.</summary>
    /// <value>Default 10.</value>
    public int Epochs { get; init; } = 10;

    /// <summary>Texts of a batch.</summary>
    /// <value>Default 32.</value>
    public int BatchSize { get; init; } = 32;

    /// <summary>Learning rate behind the warm-up.</summary>
    /// <value>Default 0.0005.</value>
    public double LearningRate { get; init; } = 5e-4;

    /// <summary>Decay of the weights a step, times the learning rate.</summary>
    /// <value>Default 0.01.</value>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Share of all steps over which the learning rate rises from 0.</summary>
    /// <value>Default 0.1.</value>
    public double WarmupFraction { get; init; } = 0.1;

    /// <summary>Largest norm of a step's gradient.</summary>
    /// <value>Default 1.</value>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>Share of the texts that judge the epochs; 0 trains all epochs and keeps the last.</summary>
    /// <value>Default 0.1.</value>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Epochs without a better validation after which training ends.</summary>
    /// <value>Default 2.</value>
    public int Patience { get; init; } = 2;

    /// <summary>Seed of the division and the order of the texts.</summary>
    /// <value>Default 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>A file to go on from (<see cref="Resume"/>), written whole or not at all.</summary>
    /// <value>Default null: none.</value>
    public string? CheckpointPath { get; init; }

    /// <summary>Steps between checkpoints; one is written after each epoch too.</summary>
    /// <value>Default 200.</value>
    public int CheckpointEvery { get; init; } = 200;

    /// <summary>Whether to go on from <see cref="CheckpointPath"/> where it is there.</summary>
    /// <value>Default false.</value>
    public bool Resume { get; init; }

    /// <summary>Told after every epoch.</summary>
    /// <value>Default null.</value>
    public IProgress<TrainingProgress>? Progress { get; init; }

    internal const string Stage = "EncoderDistillation";

    internal TrainingSchedule Schedule(int batchesPerEpoch) => new()
    {
        Stage = Stage,
        Epochs = Epochs,
        Patience = Patience,
        BatchesPerEpoch = batchesPerEpoch,
        AccumulationSteps = 1,
        LearningRate = LearningRate,
        WarmupFraction = WarmupFraction,
        WeightDecay = WeightDecay,
        MaxGradientNorm = MaxGradientNorm,
        CheckpointPath = CheckpointPath,
        CheckpointEvery = CheckpointEvery,
        Resume = Resume,
    };

    /// <summary>Checks the options for an encoder of so many layers; gives the layers that the student keeps.</summary>
    internal int[] Check(int layers)
    {
        new OptionCheck(Stage).Require(Layers is null || (Layers >= 1 && Layers <= layers), Layers ?? 0, $"1 to {layers}, the layers of the encoder it begins with", nameof(Layers));
        new OptionCheck(Stage).Require(RelationWeight >= 0 && double.IsFinite(RelationWeight), RelationWeight, "at least 0", nameof(RelationWeight));
        new OptionCheck(Stage).Require(MaxTexts >= 2, MaxTexts, "at least 2", nameof(MaxTexts));
        new OptionCheck(Stage).Require(TeacherBatchSize >= 1, TeacherBatchSize, "at least 1", nameof(TeacherBatchSize));
        new OptionCheck(Stage).Require(Epochs >= 1, Epochs, "at least 1", nameof(Epochs));
        new OptionCheck(Stage).Require(BatchSize >= 2, BatchSize, "at least 2, or there are no relations", nameof(BatchSize));
        new OptionCheck(Stage).Require(LearningRate > 0 && double.IsFinite(LearningRate), LearningRate, "above 0", nameof(LearningRate));
        new OptionCheck(Stage).Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), WeightDecay, "at least 0", nameof(WeightDecay));
        new OptionCheck(Stage).Require(WarmupFraction is >= 0 and <= 1, WarmupFraction, "0 to 1", nameof(WarmupFraction));
        new OptionCheck(Stage).Require(MaxGradientNorm > 0, MaxGradientNorm, "above 0", nameof(MaxGradientNorm));
        new OptionCheck(Stage).Require(ValidationFraction is >= 0 and < 1, ValidationFraction, "at least 0 and below 1", nameof(ValidationFraction));
        new OptionCheck(Stage).Require(Patience >= 1, Patience, "at least 1", nameof(Patience));
        new OptionCheck(Stage).Require(CheckpointEvery >= 1, CheckpointEvery, "at least 1", nameof(CheckpointEvery));
        if (Resume && CheckpointPath is null)
            throw new ArgumentException($"{Stage}: Resume is true, but there is no CheckpointPath to resume from.");
        int count = Layers ?? KeptLayers?.Count ?? Math.Max(1, layers / 2);
        int[] kept = [.. KeptLayers ?? [.. Enumerable.Range(1, count).Select(i => i * layers / count - 1)]];
        bool ascending = kept.Zip(kept.Skip(1)).All(pair => pair.First < pair.Second);
        if (kept.Length != count || count == 0 || !ascending || kept[0] < 0 || kept[^1] >= layers)
            throw new OptionCheck(Stage).Refusal(nameof(KeptLayers), string.Join(", ", kept), $"{Math.Max(1, count)} different layers of 0 to {layers - 1} in ascending order");
        return kept;
    }
}
