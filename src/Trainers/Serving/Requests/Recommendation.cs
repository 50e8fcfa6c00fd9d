using System.Globalization;

namespace HybridRec.MLNet;

/// <summary>A recommended item.</summary>
/// <param name="Item">Its id, as invariant text.</param>
/// <param name="Score">The model's score, comparable within one user's list only.</param>
/// <param name="Title">Its title, where the data has a title column.</param>
public sealed record Recommendation(string Item, float Score, string? Title)
{
    /// <summary>
    /// The items of the user or of the history that speak most for it, most first; empty unless <see cref="RecommendationRequest.Reasons"/>
    /// asks for some.
    /// </summary>
    public IReadOnlyList<RecommendationReason> Reasons { get; init; } = [];

    /// <summary>Title, id, score, and what speaks for it.</summary>
    public override string ToString()
    {
        string name = Title is { Length: > 0 } ? $"{Title} [{Item}]" : Item;
        string text = string.Create(CultureInfo.InvariantCulture, $"{name} {Score:F3}");
        return Reasons.Count == 0 ? text : $"{text}, because of {string.Join(", ", Reasons)}";
    }
}
