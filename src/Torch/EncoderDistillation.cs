using HybridRec.MLNet.Torch;
using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet;

/// <summary>
/// How a deep text encoder teaches a shallow one (<see cref="EncoderTrainingCatalog.DistillEncoder"/>,
/// <see cref="TorchEncoder.Distilled"/>).
/// </summary>
/// <remarks>
/// The student has the vocabulary, the embeddings and some of the layers of the encoder it begins with, and learns to give the teacher's
/// vectors t of texts: with s the student's and both scaled to length 1, a batch of B texts costs <c>L = (1/B) sum_i (1 - s_i . t_i) +
/// lambda / (B(B-1)/2) sum_{i&lt;j} (s_i . s_j - t_i . t_j)^2</c>. The first term are the vectors themselves, the second the relations
/// between texts. All weights are trained, by AdamW, with warm-up and cosine; the epoch with the least loss on texts held out is kept, the
/// untrained student if none is better. A teacher whose vectors are longer is reduced to its principal components over the texts, one whose
/// vectors are shorter is filled up with zeros; neither changes cosines more than it must.
/// <para>
/// Papers: Park et al., "Relational Knowledge Distillation", CVPR 2019, arXiv 1904.05068, and Tung and Mori, "Similarity-Preserving
/// Knowledge Distillation", ICCV 2019 (relations, here of cosines); Sanh et al., "DistilBERT", arXiv 1910.01108 (a student of the teacher's
/// own layers, the cosine term); Jiao et al., "TinyBERT", Findings of EMNLP 2020, arXiv 1909.10351 (layers evenly spaced).
/// </para>
/// </remarks>
public sealed record EncoderDistillation
{
    /// <summary>Layers of the student.</summary>
    /// <value>The default is null: half of those it begins with, at least 1.</value>
    public int? Layers { get; init; }

    /// <summary>The layers it takes over, from 0, in ascending order.</summary>
    /// <value>The default is null: evenly spaced up to the last, layer i of M from layer (i + 1) N / M - 1 of N.</value>
    public IReadOnlyList<int>? KeptLayers { get; init; }

    /// <summary>Weight lambda of the relations between texts.</summary>
    /// <value>The default is 1.</value>
    public double RelationWeight { get; init; } = 1;

    /// <summary>Texts that the teacher encodes at most, spread evenly.</summary>
    /// <value>The default is 20,000.</value>
    public int MaxTexts { get; init; } = 20_000;

    /// <summary>Texts in one call of the teacher.</summary>
    /// <value>The default is 64.</value>
    [NotInFingerprint] // the vectors count
    public int TeacherBatchSize { get; init; } = 64;

    /// <summary>Share of the texts that judge the epochs; 0 trains all epochs and keeps the last.</summary>
    /// <value>The default is 0.1.</value>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Weight decay, warm-up, clipping and accumulation of the steps.</summary>
    /// <value>The default is that of <see cref="AdamWSettings"/>, with a warm-up of 0.1.</value>
    public AdamWSettings Optimizer { get; init; } = new();

    /// <summary>
    /// Length, rate, seed, checkpoint, token and progress. A batch is of texts. <see cref="TrainingSettings.Threads"/> sets libtorch's
    /// number for the length of the training where it is not 0.
    /// </summary>
    /// <value>
    /// The default is Epochs 10, LearningRate 0.0005, BatchSize 32, Patience 2, CheckpointEvery 200 steps, and after each epoch.
    /// </value>
    public TrainingSettings Training { get; init; } = new();

    internal const string Stage = "EncoderDistillation";

    internal static readonly TrainingSettings Defaults =
        new() { Epochs = 10, LearningRate = 5e-4, BatchSize = 32, Patience = 2, CheckpointEvery = 200 };

    private const double Warmup = 0.1;

    /// <summary>Checks the options for an encoder of so many layers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    internal void Validate(int layers)
    {
        ArgumentNullException.ThrowIfNull(Training);
        ArgumentNullException.ThrowIfNull(Optimizer);
        Training.Validate(Stage);
        Optimizer.Validate(Stage);
        var check = new OptionCheck(Stage);
        check.Require(
            Layers is null || (Layers >= 1 && Layers <= layers), Layers, $"1 to {layers}, the layers of the encoder it begins with",
            nameof(Layers));
        check.AtLeast(RelationWeight, 0, nameof(RelationWeight));
        check.AtLeast(MaxTexts, 2, nameof(MaxTexts));
        check.AtLeast(TeacherBatchSize, 1, nameof(TeacherBatchSize));
        check.AtLeast(Training.Epochs, 1, nameof(Training.Epochs));
        check.Require(
            Training.BatchSize is null or >= 2, Training.BatchSize, "2 or more, or there are no relations", nameof(Training.BatchSize));
        check.Share(ValidationFraction, nameof(ValidationFraction));
        int count = Layers ?? KeptLayers?.Count ?? Math.Max(1, layers / 2);
        int[] kept = Kept(layers);
        bool ascending = kept.Zip(kept.Skip(1)).All(pair => pair.First < pair.Second);
        if (kept.Length != count || count == 0 || !ascending || kept[0] < 0 || kept[^1] >= layers)
        {
            string allowed = $"{Math.Max(1, count)} different layers of 0 to {layers - 1} in ascending order";
            throw check.Refusal(nameof(KeptLayers), string.Join(", ", kept), allowed);
        }
    }

    /// <summary>The layers that the student of an encoder of so many layers keeps.</summary>
    internal int[] Kept(int layers)
    {
        int count = Layers ?? Math.Max(1, layers / 2);
        return [.. KeptLayers ?? [.. Enumerable.Range(1, count).Select(i => i * layers / count - 1)]];
    }

    /// <summary>The options in effect.</summary>
    internal EncoderDistillation Resolved(int seed) => this with
    {
        Training = Training.Over(Defaults) with { Seed = seed },
        Optimizer = Optimizer.Over(Warmup),
    };

    /// <summary>How long and how fast, of resolved options.</summary>
    internal TrainingSchedule Schedule(int batchesPerEpoch) => new(Stage, Training, Optimizer, batchesPerEpoch);
}
