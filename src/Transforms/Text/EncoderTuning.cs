using HybridRec.MLNet.Text;

namespace HybridRec.MLNet;

/// <summary>
/// How <see cref="LlmEmbeddingEstimator"/> trains its encoder on who took what, before it encodes the texts. <c>LoraTuning</c> of the package HybridRec.MLNet.Torch is one.
/// </summary>
/// <remarks>
/// A tuned stage reads users and items too. The texts of what a user took one after the other are drawn together (<see cref="Pairs"/>). Rows that are held out are left out: those whose column
/// <c>Holdout</c> is true; without that column a share of each user's is chosen here, and the column is added, so that what is trained behind it keeps to the same rows.
/// </remarks>
public abstract record EncoderTuning
{
    private protected EncoderTuning()
    {
    }

    /// <summary>The user key.</summary>
    /// <value>Default <c>User</c>.</value>
    public string UserColumnName { get; init; } = ColumnNames.User;

    /// <summary>The item key.</summary>
    /// <value>Default <c>Item</c>.</value>
    public string ItemColumnName { get; init; } = ColumnNames.Item;

    /// <summary>What the user thought of the item, where the view has it: only positives are learnt from.</summary>
    /// <value>Default <c>Label</c>.</value>
    public string LabelColumnName { get; init; } = ColumnNames.Label;

    /// <summary>The least label of a positive.</summary>
    /// <value>Default null: above 0.</value>
    public float? PositiveThreshold { get; init; }

    /// <summary>When it happened, where the view has it; rows of one time keep their order.</summary>
    /// <value>Default <c>Timestamp</c>.</value>
    public string TimestampColumnName { get; init; } = ColumnNames.Timestamp;

    /// <summary>Which texts are drawn together.</summary>
    /// <value>Default <see cref="TuningPairs.Sequence"/>.</value>
    public TuningPairs Pairs { get; init; } = TuningPairs.Sequence;

    /// <summary>Items of a history, the latest first (<see cref="TuningPairs.History"/>), or the most of a profile (<see cref="TuningPairs.Profile"/>).</summary>
    /// <value>Default 5.</value>
    public int HistoryLength { get; init; } = 5;

    /// <summary>
    /// Hard negatives of a pair besides those of the batch: texts of items that lie near the positive in the graph of users and items, of which the user took none. Each is a negative of the whole
    /// batch, but for pairs of users who took it. Ying et al., "Graph Convolutional Neural Networks for Web-Scale Recommender Systems", KDD 2018, section 3.3.
    /// </summary>
    /// <value>Default 0: none.</value>
    public int HardNegatives { get; init; }

    /// <summary>Items they are drawn from, evenly and anew in each epoch: those that short random walks from the positive visit most.</summary>
    /// <value>Default 50.</value>
    public int HardNegativeNeighbors { get; init; } = 50;

    /// <summary>The nearest items that are left out of these: what nearly all take together, a user may only not have taken yet.</summary>
    /// <value>Default 5.</value>
    public int HardNegativeSkip { get; init; } = 5;

    /// <summary>Share of each user's pairs of user and item that the encoder is not tuned on, where the view has no column <c>Holdout</c>; 0 holds out none and adds no column.</summary>
    /// <value>Default 0.1.</value>
    public double HoldoutFraction { get; init; } = 0.1;

    /// <summary>Seed of that choice, and of everything else that is drawn.</summary>
    /// <value>Default 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>Whether the stage adds the column <c>Holdout</c> to a view.</summary>
    internal bool AddsHoldout(bool hasHoldout) => !hasHoldout && HoldoutFraction > 0;

    /// <summary>Checks the options and that the encoder can be trained so, before there is any data.</summary>
    internal abstract void Check(TextEncoder? encoder);

    /// <summary>Trains a copy of the encoder; the caller disposes it.</summary>
    internal abstract TextEncoder Tune(TextEncoder encoder, TextPairs pairs, TuningContext context);
}
