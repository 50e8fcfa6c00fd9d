namespace HybridRec.MLNet;

/// <summary>Names of the columns that the loaders write and that every stage of the library reads by default.</summary>
/// <remarks>A column whose name starts with <c>User</c> describes the user of a row, one that starts with <c>Item</c> the item.</remarks>
public static class ColumnNames
{
    /// <summary>Id of the user: Int32 (MovieLens, LightGCN format) or text (Amazon, Yelp); a key after <c>MapValueToKey</c>.</summary>
    public const string User = "User";

    /// <summary>Id of the item: Int32 (MovieLens, LightGCN format) or text (Amazon, Yelp); a key after <c>MapValueToKey</c>.</summary>
    public const string Item = "Item";

    /// <summary>What the user thought of the item: stars (Single), or 1 where only the fact of an interaction is known.</summary>
    public const string Label = "Label";

    /// <summary>
    /// When it happened (Int64): seconds since 1970-01-01 UTC, or the position in the user's sequence where a format has no time.
    /// </summary>
    public const string Timestamp = "Timestamp";

    /// <summary>Title of the item (text); empty where unknown.</summary>
    public const string ItemTitle = "ItemTitle";

    /// <summary>
    /// Everything known about the item in words, title included (text); empty where unknown. The usual input of <c>LlmEmbedding</c>.
    /// </summary>
    public const string ItemText = "ItemText";

    /// <summary>What is known about the user in words (text).</summary>
    public const string UserText = "UserText";

    /// <summary>
    /// What the user wrote about the item (text). It is known only after the interaction: never an input when
    /// that interaction is predicted.
    /// </summary>
    public const string ReviewText = "ReviewText";

    /// <summary>Rows of one user, for ranking trainers and evaluators (key).</summary>
    public const string GroupId = "GroupId";

    /// <summary>The fused vector of user and item.</summary>
    public const string Features = "Features";

    /// <summary>The predicted score (Single).</summary>
    public const string Score = "Score";

    /// <summary>True for training rows that upstream stages were not fitted on (Boolean).</summary>
    public const string Holdout = "Holdout";
}
