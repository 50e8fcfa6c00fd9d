using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of the ranking trainer <c>ml.Hybrid.Ranking</c>.</summary>
public sealed record RankingOptions
{
    internal static readonly TrainingSettings Defaults = new()
    {
        Epochs = 50,
        LearningRate = 1e-3,
        LearningRateDecay = 0,
        BatchSize = 32,
        Patience = 5,
        CheckpointEvery = 1,
    };

    /// <summary>The user key column.</summary>
    /// <value>The default is User.</value>
    public string UserColumnName { get; init; } = ColumnNames.User;

    /// <summary>The item key column.</summary>
    /// <value>The default is Item.</value>
    public string ItemColumnName { get; init; } = ColumnNames.Item;

    /// <summary>The rating column (Single); where the view has none, every row is a positive.</summary>
    /// <value>The default is Label.</value>
    public string LabelColumnName { get; init; } = ColumnNames.Label;

    /// <summary>The fused pair, written by <c>ml.Hybrid.Fuse</c>.</summary>
    /// <value>The default is Features.</value>
    public string FeatureColumnName { get; init; } = ColumnNames.Features;

    /// <summary>
    /// The boolean column that marks the rows the inputs were not fitted on. Positives are learned from those rows only; without the
    /// column all rows are used and a warning is logged.
    /// </summary>
    /// <value>The default is Holdout.</value>
    public string HoldoutColumnName { get; init; } = "Holdout";

    /// <summary>The function of the fused pair, with its settings.</summary>
    /// <value>The default is <see cref="RankingHead.Mlp"/>.</value>
    public RankingHead Head { get; init; } = RankingHead.Mlp();

    /// <summary>The loss of a user's list.</summary>
    /// <value>The default is <see cref="RankingObjective.Softmax"/>.</value>
    public RankingObjective Objective { get; init; } = RankingObjective.Softmax;

    /// <summary>A fitted ranker to learn from besides the positives.</summary>
    /// <value>The default is null: none.</value>
    public RankingDistillation? Distillation { get; init; }

    /// <summary>
    /// Weight l of the penalty l/2 |w|^2 added to the mean list loss. Product weights are drawn to the start weights, not to zero.
    /// </summary>
    /// <value>The default is 0.001.</value>
    public float L2Regularization { get; init; } = 1e-3f;

    /// <summary>Sampled negatives of a user's list, which its positives share.</summary>
    /// <value>The default is 256.</value>
    public int Negatives { get; init; } = 256;

    /// <summary>
    /// The share of users whose held-out rows judge the epochs instead of training the head, above 0 and below 1. A head has few
    /// parameters, and to tell a gain of one percent from noise takes many users.
    /// </summary>
    /// <value>The default is 0.4.</value>
    public float ValidationFraction { get; init; } = 0.4f;

    /// <summary>
    /// Rows whose label is at least this are positives; null: what the label column says (loaders of stars say 4), else above 0. A view
    /// without labels has positives only.
    /// </summary>
    /// <value>The default is null.</value>
    public float? PositiveThreshold { get; init; }

    /// <summary>With a <see cref="PositiveThreshold"/>: whether held-out rows below it join their user's negatives.</summary>
    /// <value>The default is false.</value>
    public bool LowRatingsAreNegatives { get; init; }

    /// <summary>
    /// How long and how fast the head is trained. A batch is of user lists; the epochs are judged by NDCG@20 of the users held back from
    /// training.
    /// </summary>
    /// <value>
    /// The trainer's own are: Epochs 50, LearningRate 0.001, LearningRateDecay 0, BatchSize 32, Patience 5, CheckpointEvery 1.
    /// </value>
    public TrainingSettings Training { get; init; } = new();

    /// <summary>Refuses values that cannot be trained with.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    internal void Validate()
    {
        var check = new OptionCheck(StageNames.Ranking);
        ArgumentNullException.ThrowIfNull(Head);
        ArgumentNullException.ThrowIfNull(Training);
        Head.Validate(check);
        Training.Validate(StageNames.Ranking);
        Distillation?.Validate(Head);
        check.Named(UserColumnName, nameof(UserColumnName));
        check.Named(ItemColumnName, nameof(ItemColumnName));
        check.Named(LabelColumnName, nameof(LabelColumnName));
        check.Named(FeatureColumnName, nameof(FeatureColumnName));
        check.Named(HoldoutColumnName, nameof(HoldoutColumnName));
        check.Defined(Objective, nameof(Objective));
        check.AtLeast(L2Regularization, 0, nameof(L2Regularization));
        check.AtLeast(Negatives, 1, nameof(Negatives));
        check.Require(ValidationFraction is > 0 and < 1, ValidationFraction, "above 0 and below 1", nameof(ValidationFraction));
        check.Finite(PositiveThreshold, nameof(PositiveThreshold));
    }

    /// <summary>The options with nothing left open.</summary>
    /// <param name="seed">The seed, where these options have none.</param>
    internal RankingOptions InEffect(int seed) =>
        this with { Training = Training.Over(Defaults) with { Seed = Training.Seed ?? seed } };
}
