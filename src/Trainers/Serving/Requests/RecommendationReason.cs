using System.Globalization;

namespace HybridRec.MLNet;

/// <summary>Why an item was recommended: "because you liked ...".</summary>
/// <param name="Item">Id of an item that the user, or the history given, has.</param>
/// <param name="Title">Its title, where the data has a title column.</param>
/// <param name="Affinity">
/// How much it speaks for the recommended item, more is closer. For fused models it is the mean of the cosines, in [-1, 1], of the two
/// items' centered vectors, part by part, weighted as the head's mix weighs the parts; for graph filters it is the weight between them.
/// Where a graph filter is a part of the pair it is in [0, 1]: the mean over the parts, weighted by what each adds to this score, of the
/// weight or the cosine there relative to the best of the user's items.
/// </param>
public sealed record RecommendationReason(string Item, string? Title, float Affinity)
{
    /// <summary>What the affinity goes by: the people who have both, the texts, or both.</summary>
    public ReasonKind Kind { get; init; }

    /// <summary>Title, kind and affinity.</summary>
    public override string ToString()
    {
        string by = Kind switch
        {
            ReasonKind.People => "people",
            ReasonKind.Text => "text",
            ReasonKind.Both => "people and text",
            _ => "features",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{(Title is { Length: > 0 } ? Title : Item)} ({by} {Affinity:F2})");
    }
}
