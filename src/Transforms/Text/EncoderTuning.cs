using HybridRec.MLNet.Text;
using HybridRec.MLNet.Training;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>
/// How <see cref="LlmEmbeddingEstimator"/> trains its encoder on who took what, before it encodes the texts. <c>LoraTuning</c> of the
/// package HybridRec.MLNet.Torch is one.
/// </summary>
/// <remarks>
/// A tuned stage reads users and items too. The texts of what a user took one after the other are drawn together (<see cref="Pairs"/>).
/// Rows that are held out are left out: those whose column <c>Holdout</c> is true; without that column a share of each user's is chosen
/// here, and the column is added, so that what is trained behind it keeps to the same rows.
/// </remarks>
public abstract record EncoderTuning
{
    private protected EncoderTuning()
    {
    }

    /// <summary>The user key.</summary>
    /// <value>The default is <c>User</c>.</value>
    [NotInFingerprint] // the rows count
    public string UserColumnName { get; init; } = ColumnNames.User;

    /// <summary>The item key.</summary>
    /// <value>The default is <c>Item</c>.</value>
    [NotInFingerprint] // the rows count
    public string ItemColumnName { get; init; } = ColumnNames.Item;

    /// <summary>What the user thought of the item, where the view has it: only positives are learned from.</summary>
    /// <value>The default is <c>Label</c>.</value>
    [NotInFingerprint] // the rows count
    public string LabelColumnName { get; init; } = ColumnNames.Label;

    /// <summary>The least label of a positive.</summary>
    /// <value>The default is null: what the label column says (loaders of stars say 4), else above 0.</value>
    public float? PositiveThreshold { get; init; }

    /// <summary>When it happened, where the view has it; rows of one time keep their order.</summary>
    /// <value>The default is <c>Timestamp</c>.</value>
    [NotInFingerprint] // the rows count
    public string TimestampColumnName { get; init; } = ColumnNames.Timestamp;

    /// <summary>Which texts are drawn together.</summary>
    /// <value>The default is <see cref="TuningPairs.Sequence"/>.</value>
    public TuningPairs Pairs { get; init; } = TuningPairs.Sequence;

    /// <summary>
    /// Items of a history, the latest first (<see cref="TuningPairs.History"/>), or the most of a profile
    /// (<see cref="TuningPairs.Profile"/>).
    /// </summary>
    /// <value>The default is 5.</value>
    public int HistoryLength { get; init; } = 5;

    /// <summary>
    /// Hard negatives of a pair besides those of the batch: texts of items that lie near the positive in the graph of users and items, of
    /// which the user took none. Each is a negative of the whole batch, but for pairs of users who took it. Ying et al., "Graph
    /// Convolutional Neural Networks for Web-Scale Recommender Systems", KDD 2018, section 3.3.
    /// </summary>
    /// <value>The default is 0: none.</value>
    public int HardNegatives { get; init; }

    /// <summary>
    /// Items they are drawn from, evenly and anew in each epoch: those that short random walks from the positive visit most.
    /// </summary>
    /// <value>The default is 50.</value>
    public int HardNegativeNeighbors { get; init; } = 50;

    /// <summary>The nearest items that are left out of these: what nearly all take together, a user may only not have taken yet.</summary>
    /// <value>The default is 5.</value>
    public int HardNegativeSkip { get; init; } = 5;

    /// <summary>
    /// Share of each user's pairs of user and item that the encoder is not tuned on, where the view has no column <c>Holdout</c>; 0 holds
    /// out none and adds no column.
    /// </summary>
    /// <value>The default is 0.1.</value>
    public double HoldoutFraction { get; init; } = 0.1;

    /// <summary>
    /// Length, rate, seed, checkpoint, token and progress of the tuning; the seed is also that of the rows held out. Where Progress is
    /// null, that of the stage is told; the stage's token ends it too.
    /// </summary>
    /// <value>The default is the tuning's own, which its record tells.</value>
    public TrainingSettings Training { get; init; } = new();

    /// <summary>The seed, which the stage has drawn where none was given.</summary>
    internal int DrawnSeed =>
        Training.Seed ?? throw new InvalidOperationException("The tuning has no seed: its stage draws one from the context.");

    /// <summary>The same with a seed, drawn from the host where none was given.</summary>
    /// <param name="host">Of the stage, which asks once, when it is made.</param>
    internal EncoderTuning Seeded(IHost host) => this with { Training = Training with { Seed = host.Seed(Training.Seed) } };

    /// <summary>Whether the stage adds the column <c>Holdout</c> to a view.</summary>
    internal bool AddsHoldout(bool hasHoldout) => !hasHoldout && HoldoutFraction > 0;

    /// <summary>Refuses illegal options, and an encoder that cannot be trained so, before there is any data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    internal abstract void Validate(TextEncoder? encoder);

    /// <summary>Trains a copy of the encoder; the caller disposes it.</summary>
    internal abstract TextEncoder Tune(TextEncoder encoder, TextPairs pairs, TuningContext context);

    /// <summary>Refuses illegal options of this record.</summary>
    /// <param name="stage">The tuning, for the message.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    private protected void ValidatePairs(string stage)
    {
        ArgumentNullException.ThrowIfNull(Training);
        Training.Validate(stage);
        var check = new OptionCheck(stage);
        check.Named(UserColumnName, nameof(UserColumnName));
        check.Named(ItemColumnName, nameof(ItemColumnName));
        check.Named(LabelColumnName, nameof(LabelColumnName));
        check.Named(TimestampColumnName, nameof(TimestampColumnName));
        check.Finite(PositiveThreshold, nameof(PositiveThreshold));
        check.Defined(Pairs, nameof(Pairs));
        check.AtLeast(HistoryLength, 1, nameof(HistoryLength));
        check.AtLeast(HardNegatives, 0, nameof(HardNegatives));
        check.Between(HardNegativeNeighbors, 1, 10_000, nameof(HardNegativeNeighbors));
        check.Between(HardNegativeSkip, 0, 10_000, nameof(HardNegativeSkip));
        check.Share(HoldoutFraction, nameof(HoldoutFraction));
    }
}
