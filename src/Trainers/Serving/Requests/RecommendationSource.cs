namespace HybridRec.MLNet;

/// <summary>What a list of recommendations was made from.</summary>
public enum RecommendationSource
{
    /// <summary>The model's scores of a user of the data.</summary>
    User,

    /// <summary>The model's scores for someone who has given items, and is no user of the data.</summary>
    History,

    /// <summary>Likeness of the items' texts to a text.</summary>
    Text,

    /// <summary>Likeness to an item.</summary>
    Item,

    /// <summary>Inner products with a vector.</summary>
    Vector,

    /// <summary>Number of interactions: asked for, or the fallback where nothing is known about who or what was asked for.</summary>
    Popularity,
}
