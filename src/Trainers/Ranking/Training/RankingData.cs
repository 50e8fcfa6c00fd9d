using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Ranking;

/// <summary>What a head is trained on: one vector a user and an item, and who took what.</summary>
internal sealed class RankingData
{
    public required int UserDimension { get; init; }

    public required int ItemDimension { get; init; }

    /// <summary>User vectors, one a user of the training rows.</summary>
    public required float[] Users { get; init; }

    /// <summary>Item vectors, one an item of the training rows: the candidates.</summary>
    public required float[] Items { get; init; }

    /// <summary>
    /// Pairs that are never negatives: the positives of all rows, and rated-low pairs unless these may serve as negatives.
    /// </summary>
    public required InteractionGraph Known { get; init; }

    /// <summary>The positives to learn: those of rows the inputs were not fitted on.</summary>
    public required InteractionGraph HeldOut { get; init; }

    /// <summary>Held-out pairs rated low that join the negatives; null: none do.</summary>
    public InteractionGraph? LowRated { get; init; }

    /// <summary>The scores of the pair, of the users that are learned from and judged by; null: the head reads none.</summary>
    public PairRows? PairRows { get; set; }

    public int UserCount => Known.UserCount;

    public int ItemCount => Known.ItemCount;

    public ReadOnlySpan<float> User(int user) => Users.AsSpan(user * UserDimension, UserDimension);

    public ReadOnlySpan<float> Item(int item) => Items.AsSpan(item * ItemDimension, ItemDimension);
}
