using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of the ranking trainer <c>ml.Hybrid.Ranking</c>.</summary>
public sealed record RankingOptions
{
    /// <summary>The user key column.</summary>
    /// <value>User</value>
    public string UserColumnName { get; init; } = "User";

    /// <summary>The item key column.</summary>
    /// <value>Item</value>
    public string ItemColumnName { get; init; } = "Item";

    /// <summary>The rating column (Single); where the view has none, every row is a positive.</summary>
    /// <value>Label</value>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The fused pair, written by <c>ml.Hybrid.Fuse</c>.</summary>
    /// <value>Features</value>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>
    /// The boolean column that marks the rows the inputs were not fitted on. Positives are learned from those rows only; without the
    /// column all rows are used and a warning is logged.
    /// </summary>
    /// <value>Holdout</value>
    public string HoldoutColumnName { get; init; } = "Holdout";

    /// <summary>The function of the fused pair.</summary>
    /// <value>Mlp</value>
    public RankingHead Head { get; init; } = RankingHead.Mlp;

    /// <summary>The loss of a user's list.</summary>
    /// <value>Softmax</value>
    public RankingObjective Objective { get; init; } = RankingObjective.Softmax;

    /// <summary>Widths of the hidden layers of the MLP (ReLU).</summary>
    /// <value>[64]</value>
    public IReadOnlyList<int> HiddenSizes { get; init; } = [64];

    /// <summary>Slots of a tower's vector (<see cref="RankingHead.TwoTower"/>).</summary>
    /// <value>32</value>
    public int TowerDimension { get; init; } = 32;

    /// <summary>A fitted ranker to learn from besides the positives.</summary>
    /// <value>null: none</value>
    public RankingDistillation? Distillation { get; init; }

    /// <summary>The probability that a hidden unit is dropped in training, in [0, 1).</summary>
    /// <value>0.1</value>
    public float Dropout { get; init; } = 0.1f;

    /// <summary>
    /// Weight l of the penalty l/2 |w|^2 added to the mean list loss. Product weights are drawn to the start weights, not to zero.
    /// </summary>
    /// <value>0.001</value>
    public float L2Regularization { get; init; } = 1e-3f;

    /// <summary>Step size of Adam.</summary>
    /// <value>0.001</value>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>The most passes over the training lists.</summary>
    /// <value>50</value>
    public int Epochs { get; init; } = 50;

    /// <summary>User lists a step.</summary>
    /// <value>32</value>
    public int BatchSize { get; init; } = 32;

    /// <summary>Sampled negatives of a user's list; they are shared by the list's positives.</summary>
    /// <value>256</value>
    public int NegativesPerPositive { get; init; } = 256;

    /// <summary>Epochs without a better validation NDCG@100 after which training stops.</summary>
    /// <value>5</value>
    public int Patience { get; init; } = 5;

    /// <summary>
    /// The share of users whose held-out rows judge the epochs instead of training the head, in (0, 1). A head has few parameters, and to tell a gain
    /// of one percent from noise takes many users.
    /// </summary>
    /// <value>0.4</value>
    public float ValidationFraction { get; init; } = 0.4f;

    /// <summary>Rows whose label is at least this are positives; null: those above 0. A view without labels has positives only.</summary>
    /// <value>null</value>
    public float? PositiveThreshold { get; init; }

    /// <summary>
    /// With a <see cref="PositiveThreshold"/>: whether held-out rows below it join their user's negatives.
    /// </summary>
    /// <value>false</value>
    public bool LowRatingsAreNegatives { get; init; }

    /// <summary>Seed of the initial weights, the order, the negatives and dropout.</summary>
    /// <value>1</value>
    public int Seed { get; init; } = 1;

    /// <summary>Threads; 0: all cores. The result does not depend on it.</summary>
    /// <value>0</value>
    public int Threads { get; init; }

    /// <summary>Stops training with <see cref="OperationCanceledException"/>.</summary>
    /// <value>none</value>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Told after every epoch.</summary>
    /// <value>null</value>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Refuses values that cannot be trained with.</summary>
    internal void Check()
    {
        foreach (string? name in (string?[])[UserColumnName, ItemColumnName, FeatureColumnName])
            ArgumentException.ThrowIfNullOrEmpty(name);
        if (HiddenSizes is not { Count: > 0 } || HiddenSizes.Any(h => h < 1))
            throw new OptionCheck(HybridRankingTrainer.Stage).Refusal(nameof(HiddenSizes), string.Join(", ", HiddenSizes ?? []), "at least one width, each 1 or more; for a head without hidden layers set Head = RankingHead.Linear");
        Require(TowerDimension >= 1, nameof(TowerDimension), TowerDimension, "1 or more");
        Distillation?.Check(Head);
        Require(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "in [0, 1)");
        Require(L2Regularization >= 0 && float.IsFinite(L2Regularization), nameof(L2Regularization), L2Regularization, "0 or more");
        Require(LearningRate > 0 && float.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "above 0");
        Require(Epochs >= 0, nameof(Epochs), Epochs, "0 or more");
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "1 or more");
        Require(NegativesPerPositive >= 1, nameof(NegativesPerPositive), NegativesPerPositive, "1 or more");
        Require(Patience >= 1, nameof(Patience), Patience, "1 or more");
        Require(ValidationFraction is > 0 and < 1, nameof(ValidationFraction), ValidationFraction, "in (0, 1)");
        Require(Threads >= 0, nameof(Threads), Threads, "0 (all cores) or more");
        Require(PositiveThreshold is null || float.IsFinite(PositiveThreshold.Value), nameof(PositiveThreshold), PositiveThreshold ?? 0, "finite, or null");
    }

    private static void Require<T>(bool holds, string option, T given, string allowed)
        where T : IFormattable =>
        new OptionCheck(HybridRankingTrainer.Stage).Require(holds, given, allowed, option);
}
