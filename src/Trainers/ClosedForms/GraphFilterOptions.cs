using System.Globalization;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>Options of the closed-form ranker <c>ml.Hybrid.GraphFilter</c>.</summary>
public sealed record GraphFilterOptions
{
    /// <summary>The closed form.</summary>
    /// <value>TurboCf</value>
    public GraphFilterKind Kind { get; init; } = GraphFilterKind.TurboCf;

    /// <summary>The user key column.</summary>
    /// <value>User</value>
    public string UserColumnName { get; init; } = ColumnNames.User;

    /// <summary>The item key column.</summary>
    /// <value>Item</value>
    public string ItemColumnName { get; init; } = ColumnNames.Item;

    /// <summary>The rating column; where the view has none, every row is a positive.</summary>
    /// <value>Label</value>
    public string LabelColumnName { get; init; } = ColumnNames.Label;

    /// <summary>
    /// The vector of each item's text, such as ItemMeaning: needed by <see cref="GraphFilterKind.TextAwareEase"/>, not read by the others. Vectors are brought to
    /// length 1; a zero vector says nothing about its item.
    /// </summary>
    /// <value>null</value>
    public string? ItemFeatureColumnName { get; init; }

    /// <summary>Rows whose label is at least this are positives; null: those above 0. A view without labels has positives only.</summary>
    /// <value>null</value>
    public float? PositiveThreshold { get; init; }

    /// <summary>Turbo-CF: the exponent a of the degrees, in [0, 1]; larger ones take weight from active users and leave more to popular items.</summary>
    /// <value>0.6</value>
    public float Alpha { get; init; } = 0.6f;

    /// <summary>Turbo-CF: the exponent s of each element of the filter, above 0; smaller ones make weak links count for more.</summary>
    /// <value>0.7</value>
    public float Power { get; init; } = 0.7f;

    /// <summary>EASE, above 0: the ridge l. L3AE: l_X, which may be negative as long as <see cref="LambdaX"/> + <see cref="LambdaE"/> is above 0.</summary>
    /// <value>100</value>
    public float LambdaX { get; init; } = 100;

    /// <summary>L3AE: the ridge of the texts, above 0; vectors have length 1.</summary>
    /// <value>10</value>
    public float LambdaF { get; init; } = 10;

    /// <summary>L3AE: how strongly B is drawn to C, 0 or more; 0 is EASE.</summary>
    /// <value>100</value>
    public float LambdaE { get; init; } = 100;

    /// <summary>BSPM: the number k of low frequencies that L keeps, at most the users and the items; less where the search for them does not fit <see cref="MemoryLimitMiB"/>.</summary>
    /// <value>448</value>
    public int Rank { get; init; } = 448;

    /// <summary>BSPM: the weight b of L, 0 or more.</summary>
    /// <value>0.2</value>
    public float LowPassWeight { get; init; } = 0.2f;

    /// <summary>BSPM: how long the scores are sharpened, T, 0 or more; larger ones take more of what everybody likes from them.</summary>
    /// <value>2.5</value>
    public float SharpeningTime { get; init; } = 2.5f;

    /// <summary>
    /// Memory for the item x item weights, in MiB. Turbo-CF keeps as many rows as fit, the most popular items' first, and computes the others when they are asked
    /// for: its scores do not depend on this. BSPM keeps <see cref="Rank"/> numbers an item. EASE and L3AE are exact where items x items x 4 bytes fit; above, each item is regressed on the
    /// <see cref="Neighbors"/> items closest to it only, and a warning says so.
    /// </summary>
    /// <value>2048</value>
    public int MemoryLimitMiB { get; init; } = 2048;

    /// <summary>EASE and L3AE beyond the memory limit: the most items that an item is regressed on; fewer where even their weights do not fit.</summary>
    /// <value>200</value>
    public int Neighbors { get; init; } = 200;

    /// <summary>Threads; 0: all cores. The result does not depend on it.</summary>
    /// <value>0</value>
    public int Threads { get; init; }

    /// <summary>Stops the fit with <see cref="OperationCanceledException"/>.</summary>
    /// <value>none</value>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Told after every block of the solution as after an epoch; there is no loss, it is NaN.</summary>
    /// <value>null</value>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Refuses values that cannot be fitted with.</summary>
    internal void Check()
    {
        foreach (string? name in (string?[])[UserColumnName, ItemColumnName, LabelColumnName])
            ArgumentException.ThrowIfNullOrEmpty(name);
        Require(Enum.IsDefined(Kind), nameof(Kind), (int)Kind, string.Join(", ", Enum.GetNames<GraphFilterKind>()));
        Require(Alpha is >= 0 and <= 1, nameof(Alpha), Alpha, "in [0, 1]");
        Require(Power > 0 && float.IsFinite(Power), nameof(Power), Power, "above 0");
        Require(float.IsFinite(LambdaX) && (LambdaX > 0 || Kind != GraphFilterKind.Ease), nameof(LambdaX), LambdaX, "above 0");
        Require(Rank >= 1, nameof(Rank), Rank, "1 or more");
        Require(LowPassWeight >= 0 && float.IsFinite(LowPassWeight), nameof(LowPassWeight), LowPassWeight, "0 or more");
        Require(SharpeningTime >= 0 && float.IsFinite(SharpeningTime), nameof(SharpeningTime), SharpeningTime, "0 or more");
        Require(LambdaF > 0 && float.IsFinite(LambdaF), nameof(LambdaF), LambdaF, "above 0");
        Require(LambdaE >= 0 && float.IsFinite(LambdaE), nameof(LambdaE), LambdaE, "0 or more");
        if (Kind == GraphFilterKind.TextAwareEase)
        {
            Require(LambdaX + LambdaE > 0, nameof(LambdaX), LambdaX, $"above -LambdaE, which is {LambdaE.ToString(CultureInfo.InvariantCulture)}");
            if (string.IsNullOrEmpty(ItemFeatureColumnName))
                throw new ArgumentException(
                    $"GraphFilter: TextAwareEase needs the vectors of the items' texts, but {nameof(ItemFeatureColumnName)} is not set. Name the column that LlmEmbedding writes, or take the kind Ease.",
                    nameof(ItemFeatureColumnName));
        }
        Require(MemoryLimitMiB >= 1, nameof(MemoryLimitMiB), MemoryLimitMiB, "1 or more");
        Require(Neighbors >= 1, nameof(Neighbors), Neighbors, "1 or more");
        Require(Threads >= 0, nameof(Threads), Threads, "0 (all cores) or more");
        Require(PositiveThreshold is null || float.IsFinite(PositiveThreshold.Value), nameof(PositiveThreshold), PositiveThreshold ?? 0, "finite, or null");
    }

    private static void Require<T>(bool holds, string option, T given, string allowed)
        where T : IFormattable =>
        new OptionCheck(GraphFilterTrainer.Stage).Require(holds, given, allowed, option);
}
