namespace HybridRec.MLNet;

/// <summary>
/// A question to a <see cref="Recommender"/>: for a user, for a history of items, for a text, for items like an item, for a vector; or none
/// of these, which asks for the popular items.
/// </summary>
/// <remarks>
/// At most one of them may be set, but <see cref="User"/> may stand beside a text, an item or a vector: then it says whose items
/// <see cref="ExcludeSeen"/> leaves out.
/// </remarks>
/// <example><code>
/// var result = recommender.Recommend(new() { User = "42", Count = 20, Categories = ["Comedy"], Reasons = 2 });
/// var fresh = recommender.Recommend(new() { History = ["1", "260", "1196"] });
/// var search = recommender.Recommend(new() { Text = "a heist that goes wrong", User = "42" });
/// </code></example>
public sealed record RecommendationRequest
{
    /// <summary>Id of a user, as invariant text.</summary>
    /// <value>The default is null: none.</value>
    public string? User { get; init; }

    /// <summary>Ids of items that someone has who need not be a user of the data.</summary>
    /// <value>The default is null: none.</value>
    public IReadOnlyCollection<string>? History { get; init; }

    /// <summary>A text to which the items' texts should be alike. The model needs an <c>LlmEmbedding</c> of an item column.</summary>
    /// <value>The default is null: none.</value>
    public string? Text { get; init; }

    /// <summary>Id of an item to which others should be alike.</summary>
    /// <value>The default is null: none.</value>
    public string? LikeItem { get; init; }

    /// <summary>A vector as <see cref="Recommender.QueryVector(string)"/> gives it, <see cref="Recommender.Dimension"/> long.</summary>
    /// <value>The default is null: none.</value>
    public ReadOnlyMemory<float>? Vector { get; init; }

    /// <summary>
    /// Items wanted, at least 1 and at most <see cref="RecommenderOptions.MaxCount"/>; fewer come back when the filters leave no more.
    /// </summary>
    /// <value>The default is 10.</value>
    public int Count { get; init; } = 10;

    /// <summary>
    /// Whether to leave out the items the user or the history has. The item of <see cref="LikeItem"/> is always left out.
    /// </summary>
    /// <value>The default is true.</value>
    public bool ExcludeSeen { get; init; } = true;

    /// <summary>Only these items; unknown ids do not matter.</summary>
    /// <value>The default is null: all.</value>
    public IReadOnlyCollection<string>? Allow { get; init; }

    /// <summary>None of these items; unknown ids do not matter.</summary>
    /// <value>The default is null: none.</value>
    public IReadOnlyCollection<string>? Deny { get; init; }

    /// <summary>
    /// Only items of at least one of these categories (<see cref="RecommenderOptions.CategoryColumnName"/>), compared without case.
    /// </summary>
    /// <value>The default is null: all.</value>
    public IReadOnlyCollection<string>? Categories { get; init; }

    /// <summary>How many reasons each item gets at most, for a user and for a history.</summary>
    /// <value>The default is 0.</value>
    public int Reasons { get; init; }

    /// <summary>
    /// Whether popular items are the answer where nothing is known: an unknown user, a history without one known item, a text the encoder
    /// knows nothing of. The result says so. Otherwise
    /// <see cref="UnknownIdException"/> or <see cref="ArgumentException"/> is thrown.
    /// </summary>
    /// <value>The default is true.</value>
    public bool Fallback { get; init; } = true;
}
