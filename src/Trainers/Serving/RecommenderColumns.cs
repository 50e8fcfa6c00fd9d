namespace HybridRec.MLNet;

/// <summary>Names of the columns that a <see cref="Recommender"/> reads itself.</summary>
/// <param name="User">Column of user ids.</param>
/// <param name="Item">Column of item ids.</param>
/// <param name="Title">Text column shown with a recommendation; ignored where the data has none.</param>
internal sealed record RecommenderColumns(string User, string Item, string Title);
