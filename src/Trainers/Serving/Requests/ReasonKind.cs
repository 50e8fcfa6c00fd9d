namespace HybridRec.MLNet;

/// <summary>What a <see cref="RecommendationReason"/> goes by.</summary>
public enum ReasonKind
{
    /// <summary>Other vectors of the items, which the data gives.</summary>
    Features,

    /// <summary>The people who have both items: graph vectors, or the weights of a closed form.</summary>
    People,

    /// <summary>The meaning of the items' texts.</summary>
    Text,

    /// <summary>People and text alike.</summary>
    Both,
}
